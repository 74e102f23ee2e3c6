-- Create the three roles and their database, with psql as superuser. `make run` runs this
-- for its embedded server, and docker-compose.yml as the container's first script. Safe
-- to run again.
--
-- g7plan_owner owns the database and migrates it. g7plan_app is what web, worker and
-- beat connect as: it owns nothing and creates nothing. Where a table is append-only,
-- its migration takes more rights away from g7plan_app. g7plan_signer adds what the
-- signing process has signed, and reads what it signs: migrations name these tables.
\getenv owner_password G7PLAN_OWNER_PASSWORD
\getenv app_password G7PLAN_APP_PASSWORD
\getenv signer_password G7PLAN_SIGNER_PASSWORD

SELECT format('CREATE ROLE %I LOGIN', name)
  FROM unnest(ARRAY['g7plan_owner', 'g7plan_app', 'g7plan_signer']) AS name
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec
ALTER ROLE g7plan_owner PASSWORD :'owner_password';
ALTER ROLE g7plan_app PASSWORD :'app_password';
ALTER ROLE g7plan_signer PASSWORD :'signer_password';
-- Legal erasure and the removal of demo data must bypass the append-only triggers.
GRANT SET ON PARAMETER session_replication_role TO g7plan_owner;

-- Without the machine's locale and ICU, text sorts the same on every server.
SELECT 'CREATE DATABASE g7plan OWNER g7plan_owner TEMPLATE template0 ENCODING ''UTF8'''
       ' LOCALE ''C'' LOCALE_PROVIDER builtin BUILTIN_LOCALE ''C.UTF-8'''
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'g7plan')
\gexec
REVOKE ALL ON DATABASE g7plan FROM PUBLIC;
GRANT CONNECT ON DATABASE g7plan TO g7plan_app, g7plan_signer;

\connect g7plan
REVOKE CREATE ON SCHEMA public FROM PUBLIC, g7plan_app, g7plan_signer;
GRANT USAGE ON SCHEMA public TO g7plan_app, g7plan_signer;
ALTER DEFAULT PRIVILEGES FOR ROLE g7plan_owner IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO g7plan_app;
ALTER DEFAULT PRIVILEGES FOR ROLE g7plan_owner IN SCHEMA public
  GRANT SELECT, USAGE ON SEQUENCES TO g7plan_app;
