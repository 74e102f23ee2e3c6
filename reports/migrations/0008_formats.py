"""A report has files in several formats. Making each is a step of its job."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0007_signer_reads_scopes'),
    ]

    operations = [
        migrations.AlterField(
            model_name='report',
            name='step',
            field=models.CharField(blank=True, choices=[('snapshot', 'Collecting the entries'), ('json', 'Writing the data (JSON)'), ('csv', 'Writing the table (CSV)'), ('csv-people', 'Writing the table for spreadsheets (CSV)'), ('xlsx', 'Making the Excel workbook'), ('docx', 'Making the Word document'), ('html', 'Making the web page'), ('pdf', 'Typesetting the PDF'), ('filing', 'Saving the files')], max_length=10),
        ),
        migrations.AlterField(
            model_name='reportfile',
            name='format',
            field=models.CharField(choices=[('pdf', 'PDF'), ('docx', 'Word'), ('xlsx', 'Excel'), ('html', 'Web page'), ('csv-people', 'CSV for spreadsheets'), ('csv', 'CSV'), ('json', 'JSON')], max_length=10),
        ),
    ]
