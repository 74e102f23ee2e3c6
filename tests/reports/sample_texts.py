"""Narratives in several languages, for the sample snapshot."""

ENGLISH = (
    "Domestic legislation giving effect to the resolution entered into force on 1 "
    "March 2017. The competent authorities **exchange information daily** through the "
    "national contact point; a joint exercise with two partners took place in autumn."
)
FRENCH = """\
La France a renforcé la coordination interministérielle et publié un *plan d'action*
national.

- Formation de 450 agents aux frontières
- Raccordement de 12 postes à la base I-24/7

Une évaluation indépendante est prévue à l'automne ; elle sera rendue publique."""
GERMAN = """\
Das Bundeskriminalamt hat die Anbindung an die zentralen Datenbanken abgeschlossen. Die
Rechtsverordnung zur Durchführung der Fluggastdatenverarbeitung ist in Kraft; sie wird
jährlich überprüft.

1. Anbindung aller Flughäfen
2. Schulung der Dienststellen
3. Bericht an den Bundestag"""
ITALIAN = """\
È stato istituito un gruppo di lavoro presso il Ministero dell'Interno. Le attività
proseguono secondo il calendario concordato; si veda la
[relazione annuale](https://www.interno.gov.it/it/relazione-annuale)."""
JAPANESE = (
    "日本は、国際刑事警察機構の盗難・紛失旅券データベースへの照会をすべての空港で開始した。"
    "\n\n2017年度には、東南アジア諸国を対象とする**能力構築支援**を三件実施し、延べ120人の"
    "担当官が参加した。今後は、海上における検査にも対象を広げる予定である。"
)
QUOTING = """\
> The review found that arrangements were adequate, with two recommendations.

Both recommendations have been accepted, and a first report is due in the spring."""
STRUCTURED = """\
## Legislation

The Union adopted a directive on combating terrorism (OJ L 88, 31.3.2017, p. 6) and a
regulation on checks at external borders.

## Funding

EUR 46 million were allocated for 2017, of which `32 %` has been committed."""
NARRATIVES = (
    ENGLISH,
    FRENCH,
    GERMAN,
    ITALIAN,
    JAPANESE,
    f"{ENGLISH}\n\n{QUOTING}",
    "Implementation continues on schedule.",
    STRUCTURED,
)
