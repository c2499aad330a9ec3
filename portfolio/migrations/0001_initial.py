import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ('pghistory', '0007_auto_20250421_0444'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CustomField',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=80, unique=True, verbose_name='key')),
                ('label', models.CharField(max_length=400, verbose_name='label')),
                ('kind', models.CharField(choices=[('text', 'Text'), ('number', 'Number'), ('money', 'Money'), ('percent', 'Percent'), ('date', 'Date')], default='text', max_length=10, verbose_name='kind')),
            ],
            options={
                'verbose_name': 'further field',
                'ordering': ['label'],
            },
        ),
        migrations.CreateModel(
            name='CustomFieldEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('key', models.SlugField(db_index=False, max_length=80, verbose_name='key')),
                ('label', models.CharField(max_length=400, verbose_name='label')),
                ('kind', models.CharField(choices=[('text', 'Text'), ('number', 'Number'), ('money', 'Money'), ('percent', 'Percent'), ('date', 'Date')], default='text', max_length=10, verbose_name='kind')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ExternalIdentifier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('system', models.CharField(max_length=60, verbose_name='system')),
                ('value', models.CharField(max_length=120, verbose_name='identifier')),
            ],
            options={
                'verbose_name': 'external identifier',
                'ordering': ['system', 'value'],
            },
        ),
        migrations.CreateModel(
            name='ExternalIdentifierEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('system', models.CharField(max_length=60, verbose_name='system')),
                ('value', models.CharField(max_length=120, verbose_name='identifier')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='HealthThreshold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('tier', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Tier 1'), (2, 'Tier 2'), (3, 'Tier 3')], null=True, verbose_name='tier')),
                ('schedule_green', models.DecimalField(decimal_places=2, default=5, max_digits=5, verbose_name='schedule: green up to, %')),
                ('schedule_amber', models.DecimalField(decimal_places=2, default=10, max_digits=5, verbose_name='schedule: amber up to, %')),
                ('cost_green', models.DecimalField(decimal_places=2, default=5, max_digits=5, verbose_name='cost: green up to, %')),
                ('cost_amber', models.DecimalField(decimal_places=2, default=10, max_digits=5, verbose_name='cost: amber up to, %')),
                ('stale_after_days', models.PositiveSmallIntegerField(default=45, verbose_name='a rating is stale after, days')),
            ],
            options={
                'verbose_name': 'health thresholds',
                'ordering': ['tier'],
            },
        ),
        migrations.CreateModel(
            name='HealthThresholdEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('tier', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Tier 1'), (2, 'Tier 2'), (3, 'Tier 3')], null=True, verbose_name='tier')),
                ('schedule_green', models.DecimalField(decimal_places=2, default=5, max_digits=5, verbose_name='schedule: green up to, %')),
                ('schedule_amber', models.DecimalField(decimal_places=2, default=10, max_digits=5, verbose_name='schedule: amber up to, %')),
                ('cost_green', models.DecimalField(decimal_places=2, default=5, max_digits=5, verbose_name='cost: green up to, %')),
                ('cost_amber', models.DecimalField(decimal_places=2, default=10, max_digits=5, verbose_name='cost: amber up to, %')),
                ('stale_after_days', models.PositiveSmallIntegerField(default=45, verbose_name='a rating is stale after, days')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('requester', 'Requester'), ('project_manager', 'Project manager'), ('sponsor', 'Sponsor'), ('board_member', 'Board member'), ('pmo_analyst', 'PMO analyst'), ('pmo_head', 'PMO head'), ('administrator', 'Administrator'), ('auditor', 'Auditor')], max_length=20, verbose_name='role')),
                ('starts_on', models.DateField(blank=True, null=True, verbose_name='from')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='granted')),
            ],
            options={
                'verbose_name': 'membership',
                'verbose_name_plural': 'memberships',
                'ordering': ['role', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='MembershipEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('role', models.CharField(choices=[('requester', 'Requester'), ('project_manager', 'Project manager'), ('sponsor', 'Sponsor'), ('board_member', 'Board member'), ('pmo_analyst', 'PMO analyst'), ('pmo_head', 'PMO head'), ('administrator', 'Administrator'), ('auditor', 'Auditor')], max_length=20, verbose_name='role')),
                ('starts_on', models.DateField(blank=True, null=True, verbose_name='from')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='granted')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Milestone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('planned_on', models.DateField(verbose_name='planned')),
                ('forecast_on', models.DateField(blank=True, null=True, verbose_name='forecast')),
                ('actual_on', models.DateField(blank=True, null=True, verbose_name='reached')),
            ],
            options={
                'verbose_name': 'milestone',
                'verbose_name_plural': 'milestones',
                'ordering': ['planned_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='MilestoneEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('planned_on', models.DateField(verbose_name='planned')),
                ('forecast_on', models.DateField(blank=True, null=True, verbose_name='forecast')),
                ('actual_on', models.DateField(blank=True, null=True, verbose_name='reached')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Objective',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('name', models.CharField(max_length=200, unique=True, verbose_name='name')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('is_active', models.BooleanField(default=True, verbose_name='in use')),
            ],
            options={
                'verbose_name': 'objective',
                'verbose_name_plural': 'objectives',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='ObjectiveEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('is_active', models.BooleanField(default=True, verbose_name='in use')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Portfolio',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('reference', models.CharField(max_length=12, unique=True, verbose_name='reference')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('archived_at', models.DateTimeField(blank=True, null=True, verbose_name='archived')),
            ],
            options={
                'verbose_name': 'portfolio',
                'verbose_name_plural': 'portfolios',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='PortfolioEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('reference', models.CharField(max_length=12, verbose_name='reference')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('archived_at', models.DateTimeField(blank=True, null=True, verbose_name='archived')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Programme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('reference', models.CharField(max_length=12, unique=True, verbose_name='reference')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('archived_at', models.DateTimeField(blank=True, null=True, verbose_name='archived')),
            ],
            options={
                'verbose_name': 'programme',
                'verbose_name_plural': 'programmes',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='ProgrammeEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('reference', models.CharField(max_length=12, verbose_name='reference')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('archived_at', models.DateTimeField(blank=True, null=True, verbose_name='archived')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Project',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('reference', models.CharField(max_length=12, unique=True, verbose_name='reference')),
                ('title', models.CharField(max_length=300, verbose_name='title')),
                ('purpose', models.TextField(blank=True, verbose_name='purpose')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('category', models.CharField(blank=True, max_length=120, verbose_name='category')),
                ('tags', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=50), blank=True, default=list, size=None, verbose_name='tags')),
                ('phase', models.CharField(choices=[('initiation', 'Initiation'), ('planning', 'Planning'), ('delivery', 'Delivery'), ('closing', 'Closing'), ('closed', 'Closed'), ('cancelled', 'Cancelled')], default='delivery', max_length=12, verbose_name='phase')),
                ('tier', models.PositiveSmallIntegerField(choices=[(1, 'Tier 1'), (2, 'Tier 2'), (3, 'Tier 3')], default=2, verbose_name='tier')),
                ('planned_start_on', models.DateField(blank=True, null=True, verbose_name='planned start')),
                ('planned_finish_on', models.DateField(blank=True, null=True, verbose_name='planned finish')),
                ('forecast_start_on', models.DateField(blank=True, null=True, verbose_name='forecast start')),
                ('forecast_finish_on', models.DateField(blank=True, null=True, verbose_name='forecast finish')),
                ('actual_start_on', models.DateField(blank=True, null=True, verbose_name='actual start')),
                ('actual_finish_on', models.DateField(blank=True, null=True, verbose_name='actual finish')),
                ('currency', models.CharField(default='GBP', max_length=3, verbose_name='currency')),
                ('budget', models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name='approved budget, whole life')),
                ('forecast', models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name='forecast cost, whole life')),
                ('spend', models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name='spend to date')),
                ('year_label', models.CharField(blank=True, help_text='The year the next two figures are for.', max_length=12, verbose_name='financial year')),
                ('year_budget', models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name='budget, financial year')),
                ('year_forecast', models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name='forecast, financial year')),
                ('benefits', models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name='planned benefits, whole life')),
                ('benefits_summary', models.TextField(blank=True, verbose_name='benefits summary')),
                ('is_confidential', models.BooleanField(default=False, help_text='Only the people named on the project see it; totals count it without its name.', verbose_name='confidential')),
                ('custom', models.JSONField(blank=True, default=dict, verbose_name='further fields')),
                ('archived_at', models.DateTimeField(blank=True, null=True, verbose_name='archived')),
                ('search', models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.CombinedSearchVector(django.contrib.postgres.search.CombinedSearchVector(django.contrib.postgres.search.SearchVector('reference', 'title', config='english', weight='A'), '||', django.contrib.postgres.search.SearchVector('category', 'purpose', config='english', weight='B'), django.contrib.postgres.search.SearchConfig('english')), '||', django.contrib.postgres.search.SearchVector('description', 'benefits_summary', config='english', weight='C'), django.contrib.postgres.search.SearchConfig('english')), output_field=django.contrib.postgres.search.SearchVectorField())),
            ],
            options={
                'verbose_name': 'project',
                'verbose_name_plural': 'projects',
                'ordering': ['reference'],
            },
        ),
        migrations.CreateModel(
            name='ProjectEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('reference', models.CharField(max_length=12, verbose_name='reference')),
                ('title', models.CharField(max_length=300, verbose_name='title')),
                ('purpose', models.TextField(blank=True, verbose_name='purpose')),
                ('description', models.TextField(blank=True, verbose_name='description')),
                ('category', models.CharField(blank=True, max_length=120, verbose_name='category')),
                ('tags', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=50), blank=True, default=list, size=None, verbose_name='tags')),
                ('phase', models.CharField(choices=[('initiation', 'Initiation'), ('planning', 'Planning'), ('delivery', 'Delivery'), ('closing', 'Closing'), ('closed', 'Closed'), ('cancelled', 'Cancelled')], default='delivery', max_length=12, verbose_name='phase')),
                ('tier', models.PositiveSmallIntegerField(choices=[(1, 'Tier 1'), (2, 'Tier 2'), (3, 'Tier 3')], default=2, verbose_name='tier')),
                ('planned_start_on', models.DateField(blank=True, null=True, verbose_name='planned start')),
                ('planned_finish_on', models.DateField(blank=True, null=True, verbose_name='planned finish')),
                ('forecast_start_on', models.DateField(blank=True, null=True, verbose_name='forecast start')),
                ('forecast_finish_on', models.DateField(blank=True, null=True, verbose_name='forecast finish')),
                ('actual_start_on', models.DateField(blank=True, null=True, verbose_name='actual start')),
                ('actual_finish_on', models.DateField(blank=True, null=True, verbose_name='actual finish')),
                ('currency', models.CharField(default='GBP', max_length=3, verbose_name='currency')),
                ('budget', models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name='approved budget, whole life')),
                ('forecast', models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name='forecast cost, whole life')),
                ('spend', models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name='spend to date')),
                ('year_label', models.CharField(blank=True, help_text='The year the next two figures are for.', max_length=12, verbose_name='financial year')),
                ('year_budget', models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name='budget, financial year')),
                ('year_forecast', models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name='forecast, financial year')),
                ('benefits', models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name='planned benefits, whole life')),
                ('benefits_summary', models.TextField(blank=True, verbose_name='benefits summary')),
                ('is_confidential', models.BooleanField(default=False, help_text='Only the people named on the project see it; totals count it without its name.', verbose_name='confidential')),
                ('custom', models.JSONField(blank=True, default=dict, verbose_name='further fields')),
                ('archived_at', models.DateTimeField(blank=True, null=True, verbose_name='archived')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ProjectObjective',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weight', models.PositiveSmallIntegerField(default=100, verbose_name='weight, %')),
            ],
            options={
                'verbose_name': 'link to an objective',
                'ordering': ['-weight', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ProjectObjectiveEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('weight', models.PositiveSmallIntegerField(default=100, verbose_name='weight, %')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ReportingCalendar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('name', models.CharField(max_length=120, unique=True, verbose_name='name')),
                ('cadence', models.CharField(choices=[('weekly', 'Weekly'), ('fortnightly', 'Fortnightly'), ('monthly', 'Monthly'), ('quarterly', 'Quarterly'), ('irregular', 'As imported')], default='monthly', max_length=12, verbose_name='cadence')),
                ('tier', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Tier 1'), (2, 'Tier 2'), (3, 'Tier 3')], null=True, verbose_name='tier')),
                ('first_period_starts_on', models.DateField(blank=True, null=True, verbose_name='first period starts')),
                ('opens_days_before_end', models.PositiveSmallIntegerField(default=5, verbose_name='opens, days before the period ends')),
                ('due_days_after_end', models.PositiveSmallIntegerField(default=5, verbose_name='due, days after the period ends')),
                ('review_required', models.BooleanField(default=True, verbose_name='PMO reviews before publishing')),
                ('remind_days_before', models.PositiveSmallIntegerField(default=2, verbose_name='remind, days before it is due')),
                ('escalate_days_after', models.PositiveSmallIntegerField(default=3, verbose_name='tell the sponsor, days after it was due')),
                ('is_active', models.BooleanField(default=True, verbose_name='in use')),
            ],
            options={
                'verbose_name': 'reporting calendar',
                'verbose_name_plural': 'reporting calendars',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='ReportingCalendarEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('cadence', models.CharField(choices=[('weekly', 'Weekly'), ('fortnightly', 'Fortnightly'), ('monthly', 'Monthly'), ('quarterly', 'Quarterly'), ('irregular', 'As imported')], default='monthly', max_length=12, verbose_name='cadence')),
                ('tier', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Tier 1'), (2, 'Tier 2'), (3, 'Tier 3')], null=True, verbose_name='tier')),
                ('first_period_starts_on', models.DateField(blank=True, null=True, verbose_name='first period starts')),
                ('opens_days_before_end', models.PositiveSmallIntegerField(default=5, verbose_name='opens, days before the period ends')),
                ('due_days_after_end', models.PositiveSmallIntegerField(default=5, verbose_name='due, days after the period ends')),
                ('review_required', models.BooleanField(default=True, verbose_name='PMO reviews before publishing')),
                ('remind_days_before', models.PositiveSmallIntegerField(default=2, verbose_name='remind, days before it is due')),
                ('escalate_days_after', models.PositiveSmallIntegerField(default=3, verbose_name='tell the sponsor, days after it was due')),
                ('is_active', models.BooleanField(default=True, verbose_name='in use')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ReportingPeriod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(max_length=60, verbose_name='period')),
                ('starts_on', models.DateField(verbose_name='starts')),
                ('ends_on', models.DateField(verbose_name='ends')),
                ('opens_on', models.DateField(verbose_name='opens')),
                ('due_on', models.DateField(verbose_name='due')),
            ],
            options={
                'verbose_name': 'reporting period',
                'ordering': ['-ends_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ReportingPeriodEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('label', models.CharField(max_length=60, verbose_name='period')),
                ('starts_on', models.DateField(verbose_name='starts')),
                ('ends_on', models.DateField(verbose_name='ends')),
                ('opens_on', models.DateField(verbose_name='opens')),
                ('due_on', models.DateField(verbose_name='due')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='StatusDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(max_length=500, verbose_name='decision needed')),
                ('decider', models.CharField(blank=True, max_length=150, verbose_name='by whom')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='by when')),
            ],
            options={
                'verbose_name': 'decision needed',
                'ordering': ['due_on', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='StatusDecisionEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('text', models.CharField(max_length=500, verbose_name='decision needed')),
                ('decider', models.CharField(blank=True, max_length=150, verbose_name='by whom')),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='by when')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='StatusDuty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField(blank=True, null=True, verbose_name='from')),
            ],
            options={
                'verbose_name': 'duty to report',
            },
        ),
        migrations.CreateModel(
            name='StatusDutyEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('starts_on', models.DateField(blank=True, null=True, verbose_name='from')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='StatusReminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('before', 'before it was due'), ('due', 'on the day'), ('after', 'after it was due'), ('escalated', 'escalated')], max_length=10)),
                ('sent_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='StatusSeries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=40, unique=True, verbose_name='key')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
            ],
            options={
                'verbose_name': 'status series',
                'verbose_name_plural': 'status series',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='StatusSeriesEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('key', models.SlugField(db_index=False, max_length=40, verbose_name='key')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='StatusUpdate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('revision', models.PositiveSmallIntegerField(default=1, verbose_name='revision')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('returned', 'Returned'), ('published', 'Published'), ('superseded', 'Superseded')], default='draft', max_length=10, verbose_name='state')),
                ('overall', models.CharField(blank=True, choices=[('red', 'Red'), ('amber', 'Amber'), ('green', 'Green'), ('blue', 'Complete'), ('grey', 'No data')], max_length=6, verbose_name='overall')),
                ('schedule', models.CharField(blank=True, choices=[('red', 'Red'), ('amber', 'Amber'), ('green', 'Green'), ('blue', 'Complete'), ('grey', 'No data')], max_length=6, verbose_name='schedule')),
                ('cost', models.CharField(blank=True, choices=[('red', 'Red'), ('amber', 'Amber'), ('green', 'Green'), ('blue', 'Complete'), ('grey', 'No data')], max_length=6, verbose_name='cost')),
                ('scope', models.CharField(blank=True, choices=[('red', 'Red'), ('amber', 'Amber'), ('green', 'Green'), ('blue', 'Complete'), ('grey', 'No data')], max_length=6, verbose_name='scope')),
                ('benefits', models.CharField(blank=True, choices=[('red', 'Red'), ('amber', 'Amber'), ('green', 'Green'), ('blue', 'Complete'), ('grey', 'No data')], max_length=6, verbose_name='benefits')),
                ('risk', models.CharField(blank=True, choices=[('red', 'Red'), ('amber', 'Amber'), ('green', 'Green'), ('blue', 'Complete'), ('grey', 'No data')], max_length=6, verbose_name='risk')),
                ('resources', models.CharField(blank=True, choices=[('red', 'Red'), ('amber', 'Amber'), ('green', 'Green'), ('blue', 'Complete'), ('grey', 'No data')], max_length=6, verbose_name='resources')),
                ('comments', models.JSONField(blank=True, default=dict, verbose_name='comments')),
                ('reasons', models.JSONField(blank=True, default=dict, verbose_name='reasons for disagreeing')),
                ('summary', models.TextField(blank=True, verbose_name='executive summary')),
                ('achieved', models.TextField(blank=True, verbose_name='achieved this period')),
                ('planned_next', models.TextField(blank=True, verbose_name='planned next')),
                ('percent_complete', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='percent complete')),
                ('forecast_finish_on', models.DateField(blank=True, null=True, verbose_name='forecast finish')),
                ('forecast_cost', models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name='forecast cost, whole life')),
                ('computed_overall', models.CharField(blank=True, choices=[('red', 'Red'), ('amber', 'Amber'), ('green', 'Green'), ('blue', 'Complete'), ('grey', 'No data')], max_length=6, verbose_name='computed overall')),
                ('computed', models.JSONField(blank=True, default=dict, verbose_name='computed ratings')),
                ('thresholds', models.JSONField(blank=True, default=dict, verbose_name='thresholds used')),
                ('facts', models.JSONField(blank=True, default=dict, verbose_name='facts at submission')),
                ('submitted_at', models.DateTimeField(blank=True, null=True, verbose_name='submitted')),
                ('review_comment', models.TextField(blank=True, verbose_name='comment of the reviewer')),
                ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='published')),
                ('effective_at', models.DateTimeField(blank=True, null=True, verbose_name='known from')),
                ('source', models.CharField(blank=True, max_length=255, verbose_name='imported from')),
            ],
            options={
                'verbose_name': 'status update',
                'verbose_name_plural': 'status updates',
                'ordering': ['-effective_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='StatusUpdateEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('revision', models.PositiveSmallIntegerField(default=1, verbose_name='revision')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('returned', 'Returned'), ('published', 'Published'), ('superseded', 'Superseded')], default='draft', max_length=10, verbose_name='state')),
                ('overall', models.CharField(blank=True, choices=[('red', 'Red'), ('amber', 'Amber'), ('green', 'Green'), ('blue', 'Complete'), ('grey', 'No data')], max_length=6, verbose_name='overall')),
                ('schedule', models.CharField(blank=True, choices=[('red', 'Red'), ('amber', 'Amber'), ('green', 'Green'), ('blue', 'Complete'), ('grey', 'No data')], max_length=6, verbose_name='schedule')),
                ('cost', models.CharField(blank=True, choices=[('red', 'Red'), ('amber', 'Amber'), ('green', 'Green'), ('blue', 'Complete'), ('grey', 'No data')], max_length=6, verbose_name='cost')),
                ('scope', models.CharField(blank=True, choices=[('red', 'Red'), ('amber', 'Amber'), ('green', 'Green'), ('blue', 'Complete'), ('grey', 'No data')], max_length=6, verbose_name='scope')),
                ('benefits', models.CharField(blank=True, choices=[('red', 'Red'), ('amber', 'Amber'), ('green', 'Green'), ('blue', 'Complete'), ('grey', 'No data')], max_length=6, verbose_name='benefits')),
                ('risk', models.CharField(blank=True, choices=[('red', 'Red'), ('amber', 'Amber'), ('green', 'Green'), ('blue', 'Complete'), ('grey', 'No data')], max_length=6, verbose_name='risk')),
                ('resources', models.CharField(blank=True, choices=[('red', 'Red'), ('amber', 'Amber'), ('green', 'Green'), ('blue', 'Complete'), ('grey', 'No data')], max_length=6, verbose_name='resources')),
                ('comments', models.JSONField(blank=True, default=dict, verbose_name='comments')),
                ('reasons', models.JSONField(blank=True, default=dict, verbose_name='reasons for disagreeing')),
                ('summary', models.TextField(blank=True, verbose_name='executive summary')),
                ('achieved', models.TextField(blank=True, verbose_name='achieved this period')),
                ('planned_next', models.TextField(blank=True, verbose_name='planned next')),
                ('percent_complete', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='percent complete')),
                ('forecast_finish_on', models.DateField(blank=True, null=True, verbose_name='forecast finish')),
                ('forecast_cost', models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name='forecast cost, whole life')),
                ('computed_overall', models.CharField(blank=True, choices=[('red', 'Red'), ('amber', 'Amber'), ('green', 'Green'), ('blue', 'Complete'), ('grey', 'No data')], max_length=6, verbose_name='computed overall')),
                ('computed', models.JSONField(blank=True, default=dict, verbose_name='computed ratings')),
                ('thresholds', models.JSONField(blank=True, default=dict, verbose_name='thresholds used')),
                ('facts', models.JSONField(blank=True, default=dict, verbose_name='facts at submission')),
                ('submitted_at', models.DateTimeField(blank=True, null=True, verbose_name='submitted')),
                ('review_comment', models.TextField(blank=True, verbose_name='comment of the reviewer')),
                ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='published')),
                ('effective_at', models.DateTimeField(blank=True, null=True, verbose_name='known from')),
                ('source', models.CharField(blank=True, max_length=255, verbose_name='imported from')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='AssuranceRating',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rating', models.CharField(choices=[('green', 'Green'), ('amber', 'Amber'), ('red', 'Red'), ('exempt', 'Exempt')], max_length=6, verbose_name='delivery confidence')),
                ('comment', models.TextField(blank=True, verbose_name='grounds')),
                ('effective_at', models.DateTimeField(verbose_name='known from')),
                ('source', models.CharField(blank=True, max_length=255, verbose_name='imported from')),
                ('rated_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='rated by')),
            ],
            options={
                'verbose_name': 'assurance rating',
                'verbose_name_plural': 'assurance ratings',
                'ordering': ['-effective_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='AssuranceRatingEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('rating', models.CharField(choices=[('green', 'Green'), ('amber', 'Amber'), ('red', 'Red'), ('exempt', 'Exempt')], max_length=6, verbose_name='delivery confidence')),
                ('comment', models.TextField(blank=True, verbose_name='grounds')),
                ('effective_at', models.DateTimeField(verbose_name='known from')),
                ('source', models.CharField(blank=True, max_length=255, verbose_name='imported from')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='portfolio.assurancerating')),
                ('rated_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='rated by')),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='customfield',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "portfolio_customfieldevent" ("id", "key", "kind", "label", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."id", NEW."key", NEW."kind", NEW."label", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='88e6569fbc962c4c3902b1862491dd8b508cfab3', operation='INSERT', pgid='pgtrigger_insert_insert_c3b40', table='portfolio_customfield', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='customfield',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "portfolio_customfieldevent" ("id", "key", "kind", "label", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."id", NEW."key", NEW."kind", NEW."label", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;', hash='08113eca102a272b8e481aca0f1245686ef37b2f', operation='UPDATE', pgid='pgtrigger_update_update_0ee0d', table='portfolio_customfield', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='customfield',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "portfolio_customfieldevent" ("id", "key", "kind", "label", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."id", OLD."key", OLD."kind", OLD."label", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;', hash='d2e33bbe3d1206ac0ebdbb7522b0eaa51f305cb4', operation='DELETE', pgid='pgtrigger_delete_delete_6abd5', table='portfolio_customfield', when='AFTER')),
        ),
        migrations.AddField(
            model_name='customfieldevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='customfieldevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='portfolio.customfield'),
        ),
        migrations.AddField(
            model_name='externalidentifierevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='externalidentifierevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='portfolio.externalidentifier'),
        ),
        migrations.AddConstraint(
            model_name='healththreshold',
            constraint=models.UniqueConstraint(fields=('tier',), name='threshold_once_per_tier', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='healththreshold',
            constraint=models.CheckConstraint(condition=models.Q(('schedule_amber__gte', models.F('schedule_green')), ('cost_amber__gte', models.F('cost_green'))), name='threshold_green_before_amber', violation_error_message='Amber must end where green ends or later.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='healththreshold',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "portfolio_healththresholdevent" ("cost_amber", "cost_green", "created_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "schedule_amber", "schedule_green", "stale_after_days", "tier", "updated_at", "version") VALUES (NEW."cost_amber", NEW."cost_green", NEW."created_at", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."schedule_amber", NEW."schedule_green", NEW."stale_after_days", NEW."tier", NEW."updated_at", NEW."version"); RETURN NULL;', hash='5b8ac93bc59e7657dd357c16d99a3e5b38e17f53', operation='INSERT', pgid='pgtrigger_insert_insert_821db', table='portfolio_healththreshold', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='healththreshold',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "portfolio_healththresholdevent" ("cost_amber", "cost_green", "created_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "schedule_amber", "schedule_green", "stale_after_days", "tier", "updated_at", "version") VALUES (NEW."cost_amber", NEW."cost_green", NEW."created_at", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."schedule_amber", NEW."schedule_green", NEW."stale_after_days", NEW."tier", NEW."updated_at", NEW."version"); RETURN NULL;', hash='6788d52bdd51e99f36c931fb4137f2778e9d2c47', operation='UPDATE', pgid='pgtrigger_update_update_3287e', table='portfolio_healththreshold', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='healththreshold',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "portfolio_healththresholdevent" ("cost_amber", "cost_green", "created_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "schedule_amber", "schedule_green", "stale_after_days", "tier", "updated_at", "version") VALUES (OLD."cost_amber", OLD."cost_green", OLD."created_at", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."schedule_amber", OLD."schedule_green", OLD."stale_after_days", OLD."tier", OLD."updated_at", OLD."version"); RETURN NULL;', hash='02c287c11b07bd639b579b484e12d079378f49ad', operation='DELETE', pgid='pgtrigger_delete_delete_6eb18', table='portfolio_healththreshold', when='AFTER')),
        ),
        migrations.AddField(
            model_name='healththresholdevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='healththresholdevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='portfolio.healththreshold'),
        ),
        migrations.AddField(
            model_name='membership',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL, verbose_name='person'),
        ),
        migrations.AddField(
            model_name='membershipevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='membershipevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='portfolio.membership'),
        ),
        migrations.AddField(
            model_name='membershipevent',
            name='user',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person'),
        ),
        migrations.AddField(
            model_name='milestoneevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='milestoneevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='portfolio.milestone'),
        ),
        migrations.AddField(
            model_name='objective',
            name='parent',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='portfolio.objective', verbose_name='part of'),
        ),
        migrations.AddField(
            model_name='objectiveevent',
            name='parent',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='portfolio.objective', verbose_name='part of'),
        ),
        migrations.AddField(
            model_name='objectiveevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='objectiveevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='portfolio.objective'),
        ),
        migrations.AddField(
            model_name='portfolio',
            name='owner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='owned_portfolios', to=settings.AUTH_USER_MODEL, verbose_name='owner'),
        ),
        migrations.AddField(
            model_name='portfolio',
            name='parent',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='portfolio.portfolio', verbose_name='part of'),
        ),
        migrations.AddField(
            model_name='membershipevent',
            name='portfolio',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='portfolio.portfolio'),
        ),
        migrations.AddField(
            model_name='membership',
            name='portfolio',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='portfolio.portfolio'),
        ),
        migrations.AddField(
            model_name='portfolioevent',
            name='owner',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner'),
        ),
        migrations.AddField(
            model_name='portfolioevent',
            name='parent',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='portfolio.portfolio', verbose_name='part of'),
        ),
        migrations.AddField(
            model_name='portfolioevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='portfolioevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='portfolio.portfolio'),
        ),
        migrations.AddField(
            model_name='programme',
            name='manager',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='programme manager'),
        ),
        migrations.AddField(
            model_name='programme',
            name='portfolio',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='programmes', to='portfolio.portfolio', verbose_name='portfolio'),
        ),
        migrations.AddField(
            model_name='programme',
            name='sponsor',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sponsor'),
        ),
        migrations.AddField(
            model_name='membershipevent',
            name='programme',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='portfolio.programme'),
        ),
        migrations.AddField(
            model_name='membership',
            name='programme',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='portfolio.programme'),
        ),
        migrations.AddField(
            model_name='programmeevent',
            name='manager',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='programme manager'),
        ),
        migrations.AddField(
            model_name='programmeevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='programmeevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='portfolio.programme'),
        ),
        migrations.AddField(
            model_name='programmeevent',
            name='portfolio',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='portfolio.portfolio', verbose_name='portfolio'),
        ),
        migrations.AddField(
            model_name='programmeevent',
            name='sponsor',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sponsor'),
        ),
        migrations.AddField(
            model_name='project',
            name='current_assurance',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portfolio.assurancerating', verbose_name='assurance'),
        ),
        migrations.AddField(
            model_name='project',
            name='manager',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='managed_projects', to=settings.AUTH_USER_MODEL, verbose_name='project manager'),
        ),
        migrations.AddField(
            model_name='project',
            name='portfolio',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='portfolio.portfolio', verbose_name='portfolio'),
        ),
        migrations.AddField(
            model_name='project',
            name='programme',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='portfolio.programme', verbose_name='programme'),
        ),
        migrations.AddField(
            model_name='project',
            name='sponsor',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sponsored_projects', to=settings.AUTH_USER_MODEL, verbose_name='sponsor'),
        ),
        migrations.AddField(
            model_name='project',
            name='unit',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='projects', to='accounts.organisationunit', verbose_name='organisation unit'),
        ),
        migrations.AddField(
            model_name='milestoneevent',
            name='project',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='portfolio.project'),
        ),
        migrations.AddField(
            model_name='milestone',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='milestones', to='portfolio.project'),
        ),
        migrations.AddField(
            model_name='membershipevent',
            name='project',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='portfolio.project'),
        ),
        migrations.AddField(
            model_name='membership',
            name='project',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='portfolio.project'),
        ),
        migrations.AddField(
            model_name='externalidentifierevent',
            name='project',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='portfolio.project'),
        ),
        migrations.AddField(
            model_name='externalidentifier',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='external_identifiers', to='portfolio.project'),
        ),
        migrations.AddField(
            model_name='assuranceratingevent',
            name='project',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='portfolio.project'),
        ),
        migrations.AddField(
            model_name='assurancerating',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assurance_ratings', to='portfolio.project'),
        ),
        migrations.AddField(
            model_name='projectevent',
            name='current_assurance',
            field=models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='portfolio.assurancerating', verbose_name='assurance'),
        ),
        migrations.AddField(
            model_name='projectevent',
            name='manager',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='project manager'),
        ),
        migrations.AddField(
            model_name='projectevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='projectevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='portfolio.project'),
        ),
        migrations.AddField(
            model_name='projectevent',
            name='portfolio',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='portfolio.portfolio', verbose_name='portfolio'),
        ),
        migrations.AddField(
            model_name='projectevent',
            name='programme',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='portfolio.programme', verbose_name='programme'),
        ),
        migrations.AddField(
            model_name='projectevent',
            name='sponsor',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sponsor'),
        ),
        migrations.AddField(
            model_name='projectevent',
            name='unit',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.organisationunit', verbose_name='organisation unit'),
        ),
        migrations.AddField(
            model_name='projectobjective',
            name='objective',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='project_links', to='portfolio.objective', verbose_name='objective'),
        ),
        migrations.AddField(
            model_name='projectobjective',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='objective_links', to='portfolio.project'),
        ),
        migrations.AddField(
            model_name='projectobjectiveevent',
            name='objective',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='portfolio.objective', verbose_name='objective'),
        ),
        migrations.AddField(
            model_name='projectobjectiveevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='projectobjectiveevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='portfolio.projectobjective'),
        ),
        migrations.AddField(
            model_name='projectobjectiveevent',
            name='project',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='portfolio.project'),
        ),
        migrations.AddField(
            model_name='reportingcalendar',
            name='portfolio',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='calendars', to='portfolio.portfolio', verbose_name='portfolio'),
        ),
        migrations.AddField(
            model_name='reportingcalendarevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='reportingcalendarevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='portfolio.reportingcalendar'),
        ),
        migrations.AddField(
            model_name='reportingcalendarevent',
            name='portfolio',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='portfolio.portfolio', verbose_name='portfolio'),
        ),
        migrations.AddField(
            model_name='reportingperiod',
            name='calendar',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='periods', to='portfolio.reportingcalendar'),
        ),
        migrations.AddField(
            model_name='reportingperiodevent',
            name='calendar',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='portfolio.reportingcalendar'),
        ),
        migrations.AddField(
            model_name='reportingperiodevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='reportingperiodevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='portfolio.reportingperiod'),
        ),
        migrations.AddField(
            model_name='statusdecisionevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='statusdecisionevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='portfolio.statusdecision'),
        ),
        migrations.AddField(
            model_name='statusduty',
            name='calendar',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='duties', to='portfolio.reportingcalendar'),
        ),
        migrations.AddField(
            model_name='statusduty',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='status_duties', to='portfolio.project'),
        ),
        migrations.AddField(
            model_name='statusdutyevent',
            name='calendar',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='portfolio.reportingcalendar'),
        ),
        migrations.AddField(
            model_name='statusdutyevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='statusdutyevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='portfolio.statusduty'),
        ),
        migrations.AddField(
            model_name='statusdutyevent',
            name='project',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='portfolio.project'),
        ),
        migrations.AddField(
            model_name='statusreminder',
            name='period',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='portfolio.reportingperiod'),
        ),
        migrations.AddField(
            model_name='statusreminder',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='portfolio.project'),
        ),
        migrations.AddField(
            model_name='reportingcalendarevent',
            name='series',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='portfolio.statusseries', verbose_name='series'),
        ),
        migrations.AddField(
            model_name='reportingcalendar',
            name='series',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calendars', to='portfolio.statusseries', verbose_name='series'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statusseries',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "portfolio_statusseriesevent" ("id", "key", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."id", NEW."key", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id"); RETURN NULL;', hash='51198daed88d88e84d02eb2a6421d1265aa1e5f9', operation='INSERT', pgid='pgtrigger_insert_insert_2e090', table='portfolio_statusseries', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statusseries',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "portfolio_statusseriesevent" ("id", "key", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (NEW."id", NEW."key", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id"); RETURN NULL;', hash='d624918245bb4904890a5a9f37f338a14936b1b5', operation='UPDATE', pgid='pgtrigger_update_update_b6b29', table='portfolio_statusseries', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statusseries',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "portfolio_statusseriesevent" ("id", "key", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id") VALUES (OLD."id", OLD."key", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id"); RETURN NULL;', hash='9a115e70b5d17d19baa6935951329c79adb7c6bb', operation='DELETE', pgid='pgtrigger_delete_delete_7f43c', table='portfolio_statusseries', when='AFTER')),
        ),
        migrations.AddField(
            model_name='statusseriesevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='statusseriesevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='portfolio.statusseries'),
        ),
        migrations.AddField(
            model_name='statusupdate',
            name='period',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='updates', to='portfolio.reportingperiod', verbose_name='period'),
        ),
        migrations.AddField(
            model_name='statusupdate',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='status_updates', to='portfolio.project'),
        ),
        migrations.AddField(
            model_name='statusupdate',
            name='reviewed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='reviewed by'),
        ),
        migrations.AddField(
            model_name='statusupdate',
            name='series',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portfolio.statusseries', verbose_name='series'),
        ),
        migrations.AddField(
            model_name='statusupdate',
            name='submitted_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='submitted by'),
        ),
        migrations.AddField(
            model_name='statusupdate',
            name='written_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='written by'),
        ),
        migrations.AddField(
            model_name='statusdecisionevent',
            name='update',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='portfolio.statusupdate'),
        ),
        migrations.AddField(
            model_name='statusdecision',
            name='update',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='decisions', to='portfolio.statusupdate'),
        ),
        migrations.AddField(
            model_name='projectevent',
            name='current_update',
            field=models.ForeignKey(blank=True, db_constraint=False, editable=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='portfolio.statusupdate', verbose_name='current update'),
        ),
        migrations.AddField(
            model_name='project',
            name='current_update',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portfolio.statusupdate', verbose_name='current update'),
        ),
        migrations.AddField(
            model_name='statusupdateevent',
            name='period',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='portfolio.reportingperiod', verbose_name='period'),
        ),
        migrations.AddField(
            model_name='statusupdateevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='statusupdateevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='portfolio.statusupdate'),
        ),
        migrations.AddField(
            model_name='statusupdateevent',
            name='project',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='portfolio.project'),
        ),
        migrations.AddField(
            model_name='statusupdateevent',
            name='reviewed_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='reviewed by'),
        ),
        migrations.AddField(
            model_name='statusupdateevent',
            name='series',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='portfolio.statusseries', verbose_name='series'),
        ),
        migrations.AddField(
            model_name='statusupdateevent',
            name='submitted_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='submitted by'),
        ),
        migrations.AddField(
            model_name='statusupdateevent',
            name='written_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='written by'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='customfieldevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f95736d03bd52d6084c00d4d28d5317daf60724f', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_d001b', table='portfolio_customfieldevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='healththresholdevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c79e764377bfd9dcc8741ac2669900c0b07b237a', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_3233b', table='portfolio_healththresholdevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='objective',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "portfolio_objectiveevent" ("created_at", "description", "id", "is_active", "name", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at", "version") VALUES (NEW."created_at", NEW."description", NEW."id", NEW."is_active", NEW."name", NEW."parent_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."updated_at", NEW."version"); RETURN NULL;', hash='644d513ec4aea324221b47619291c5327e49c205', operation='INSERT', pgid='pgtrigger_insert_insert_6a180', table='portfolio_objective', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='objective',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "portfolio_objectiveevent" ("created_at", "description", "id", "is_active", "name", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at", "version") VALUES (NEW."created_at", NEW."description", NEW."id", NEW."is_active", NEW."name", NEW."parent_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."updated_at", NEW."version"); RETURN NULL;', hash='38d2703d37b760f586ba213b7c3f38cdef8acac1', operation='UPDATE', pgid='pgtrigger_update_update_173f5', table='portfolio_objective', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='objective',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "portfolio_objectiveevent" ("created_at", "description", "id", "is_active", "name", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at", "version") VALUES (OLD."created_at", OLD."description", OLD."id", OLD."is_active", OLD."name", OLD."parent_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."updated_at", OLD."version"); RETURN NULL;', hash='402e35f861336bda19d6420af624dce8e501a6f7', operation='DELETE', pgid='pgtrigger_delete_delete_75dc5', table='portfolio_objective', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='objectiveevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='413ce960805967d516413bab9ea19b4eb296c861', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_c1b90', table='portfolio_objectiveevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='portfolio',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "portfolio_portfolioevent" ("archived_at", "created_at", "description", "id", "name", "owner_id", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference", "updated_at", "version") VALUES (NEW."archived_at", NEW."created_at", NEW."description", NEW."id", NEW."name", NEW."owner_id", NEW."parent_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reference", NEW."updated_at", NEW."version"); RETURN NULL;', hash='7fee2e33c7e823c4cecb106922646c078d887b65', operation='INSERT', pgid='pgtrigger_insert_insert_e4ace', table='portfolio_portfolio', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='portfolio',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "portfolio_portfolioevent" ("archived_at", "created_at", "description", "id", "name", "owner_id", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference", "updated_at", "version") VALUES (NEW."archived_at", NEW."created_at", NEW."description", NEW."id", NEW."name", NEW."owner_id", NEW."parent_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reference", NEW."updated_at", NEW."version"); RETURN NULL;', hash='fde96e819e5c31522f10ff8dc90f5b13a30165e1', operation='UPDATE', pgid='pgtrigger_update_update_4a30b', table='portfolio_portfolio', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='portfolio',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "portfolio_portfolioevent" ("archived_at", "created_at", "description", "id", "name", "owner_id", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reference", "updated_at", "version") VALUES (OLD."archived_at", OLD."created_at", OLD."description", OLD."id", OLD."name", OLD."owner_id", OLD."parent_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reference", OLD."updated_at", OLD."version"); RETURN NULL;', hash='59b7a594677214952e9f86a035614572c0aba894', operation='DELETE', pgid='pgtrigger_delete_delete_f4a70', table='portfolio_portfolio', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='portfolioevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='07241708b0cc9e4badead4ac3032a8f9328142c2', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_1f41a', table='portfolio_portfolioevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='programme',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "portfolio_programmeevent" ("archived_at", "created_at", "description", "id", "manager_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "portfolio_id", "reference", "sponsor_id", "updated_at", "version") VALUES (NEW."archived_at", NEW."created_at", NEW."description", NEW."id", NEW."manager_id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."portfolio_id", NEW."reference", NEW."sponsor_id", NEW."updated_at", NEW."version"); RETURN NULL;', hash='2a06ae3f41090337c6d61b47f3b898c633bf5c78', operation='INSERT', pgid='pgtrigger_insert_insert_0a9ea', table='portfolio_programme', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='programme',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "portfolio_programmeevent" ("archived_at", "created_at", "description", "id", "manager_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "portfolio_id", "reference", "sponsor_id", "updated_at", "version") VALUES (NEW."archived_at", NEW."created_at", NEW."description", NEW."id", NEW."manager_id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."portfolio_id", NEW."reference", NEW."sponsor_id", NEW."updated_at", NEW."version"); RETURN NULL;', hash='fc29f4ff69c80a54e693b3b1344769661b0c80d8', operation='UPDATE', pgid='pgtrigger_update_update_7d774', table='portfolio_programme', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='programme',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "portfolio_programmeevent" ("archived_at", "created_at", "description", "id", "manager_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "portfolio_id", "reference", "sponsor_id", "updated_at", "version") VALUES (OLD."archived_at", OLD."created_at", OLD."description", OLD."id", OLD."manager_id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."portfolio_id", OLD."reference", OLD."sponsor_id", OLD."updated_at", OLD."version"); RETURN NULL;', hash='1f549a186d3369b154b94712cde430c6327eea37', operation='DELETE', pgid='pgtrigger_delete_delete_a330e', table='portfolio_programme', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='programmeevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='8a0f93b92bd64ea4078f424505b8cf077eace1fb', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_cd423', table='portfolio_programmeevent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='milestoneevent',
            index=models.Index(fields=['project', 'pgh_obj', '-pgh_created_at', '-pgh_id'], name='milestone_event_known'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='milestoneevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f72484226d1c6e04b5f0e904b43a69df7963dfaf', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_74fd1', table='portfolio_milestoneevent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='milestone',
            index=models.Index(condition=models.Q(('actual_on', None)), fields=['planned_on'], name='milestone_open'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='milestone',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "portfolio_milestoneevent" ("actual_on", "created_at", "forecast_on", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "planned_on", "project_id", "title", "updated_at", "version") VALUES (NEW."actual_on", NEW."created_at", NEW."forecast_on", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."planned_on", NEW."project_id", NEW."title", NEW."updated_at", NEW."version"); RETURN NULL;', hash='ec3129c7e1003f248d79957608272592a98b36f8', operation='INSERT', pgid='pgtrigger_insert_insert_777ad', table='portfolio_milestone', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='milestone',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "portfolio_milestoneevent" ("actual_on", "created_at", "forecast_on", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "planned_on", "project_id", "title", "updated_at", "version") VALUES (NEW."actual_on", NEW."created_at", NEW."forecast_on", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."planned_on", NEW."project_id", NEW."title", NEW."updated_at", NEW."version"); RETURN NULL;', hash='c9beb07e1a5e973d13cee8ba9624dfa1a14f256a', operation='UPDATE', pgid='pgtrigger_update_update_1d066', table='portfolio_milestone', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='milestone',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "portfolio_milestoneevent" ("actual_on", "created_at", "forecast_on", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "planned_on", "project_id", "title", "updated_at", "version") VALUES (OLD."actual_on", OLD."created_at", OLD."forecast_on", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."planned_on", OLD."project_id", OLD."title", OLD."updated_at", OLD."version"); RETURN NULL;', hash='2c22f0e01f71d807c2e95316bd94c30ab1d724fc', operation='DELETE', pgid='pgtrigger_delete_delete_def0e', table='portfolio_milestone', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membershipevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='271c99f39bbb5aa3321b207398d1bab6ddc0b514', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_254c2', table='portfolio_membershipevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('starts_on', None), ('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='membership_dates_in_order', violation_error_message='The last day is before the first day.'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('portfolio__isnull', False), ('programme', None), ('project', None)), models.Q(('portfolio', None), ('programme__isnull', False), ('project', None)), models.Q(('portfolio', None), ('programme', None), ('project__isnull', False)), _connector='OR'), name='membership_one_scope', violation_error_message='A membership is on one portfolio, programme or project.'),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.UniqueConstraint(fields=('user', 'role', 'portfolio', 'programme', 'project'), name='membership_once', nulls_distinct=False, violation_error_message='This person holds the role here already.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membership',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "portfolio_membershipevent" ("created_at", "ends_on", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "portfolio_id", "programme_id", "project_id", "role", "starts_on", "user_id") VALUES (NEW."created_at", NEW."ends_on", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."portfolio_id", NEW."programme_id", NEW."project_id", NEW."role", NEW."starts_on", NEW."user_id"); RETURN NULL;', hash='3138f9193a62d6596692defcac816684c1f13453', operation='INSERT', pgid='pgtrigger_insert_insert_d76f2', table='portfolio_membership', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membership',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "portfolio_membershipevent" ("created_at", "ends_on", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "portfolio_id", "programme_id", "project_id", "role", "starts_on", "user_id") VALUES (NEW."created_at", NEW."ends_on", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."portfolio_id", NEW."programme_id", NEW."project_id", NEW."role", NEW."starts_on", NEW."user_id"); RETURN NULL;', hash='3ffea1187e85017b8652d7895cacb2d6a95f783c', operation='UPDATE', pgid='pgtrigger_update_update_2b55e', table='portfolio_membership', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membership',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "portfolio_membershipevent" ("created_at", "ends_on", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "portfolio_id", "programme_id", "project_id", "role", "starts_on", "user_id") VALUES (OLD."created_at", OLD."ends_on", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."portfolio_id", OLD."programme_id", OLD."project_id", OLD."role", OLD."starts_on", OLD."user_id"); RETURN NULL;', hash='ebcdc1491ffaeed2e408a477156be89083e5ca79', operation='DELETE', pgid='pgtrigger_delete_delete_018dd', table='portfolio_membership', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='externalidentifierevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f37e529a2c1389a2eba904bd6639cde50428fab7', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_f5a43', table='portfolio_externalidentifierevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='externalidentifier',
            constraint=models.UniqueConstraint(fields=('system', 'value'), name='external_identifier_once', violation_error_message='Another project has this identifier already.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='externalidentifier',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "portfolio_externalidentifierevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "system", "value") VALUES (NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."project_id", NEW."system", NEW."value"); RETURN NULL;', hash='f2980cda2da6265e12353966c0fbb85e6ebbca61', operation='INSERT', pgid='pgtrigger_insert_insert_f1a20', table='portfolio_externalidentifier', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='externalidentifier',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "portfolio_externalidentifierevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "system", "value") VALUES (NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."project_id", NEW."system", NEW."value"); RETURN NULL;', hash='6cb70ba9d95b0357b48b07b2d09e25fb4d30f4b2', operation='UPDATE', pgid='pgtrigger_update_update_8a259', table='portfolio_externalidentifier', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='externalidentifier',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "portfolio_externalidentifierevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "system", "value") VALUES (OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."project_id", OLD."system", OLD."value"); RETURN NULL;', hash='1c35eef0910d0a696ae6e6bbf7287a4a9d8d3ac2', operation='DELETE', pgid='pgtrigger_delete_delete_2c09e', table='portfolio_externalidentifier', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assuranceratingevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1867646b1616d2fbb903ca814e682da7456cd960', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_2c2f5', table='portfolio_assuranceratingevent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='assurancerating',
            index=models.Index(fields=['project', '-effective_at', '-id'], name='assurance_known'),
        ),
        migrations.AddConstraint(
            model_name='assurancerating',
            constraint=models.UniqueConstraint(fields=('project', 'effective_at'), name='assurance_once_per_moment'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assurancerating',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "portfolio_assuranceratingevent" ("comment", "effective_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "rated_by_id", "rating", "source") VALUES (NEW."comment", NEW."effective_at", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."project_id", NEW."rated_by_id", NEW."rating", NEW."source"); RETURN NULL;', hash='96b7fd6516997d0a4492a2cd33f1d1047887783a', operation='INSERT', pgid='pgtrigger_insert_insert_d666f', table='portfolio_assurancerating', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assurancerating',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "portfolio_assuranceratingevent" ("comment", "effective_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "rated_by_id", "rating", "source") VALUES (NEW."comment", NEW."effective_at", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."project_id", NEW."rated_by_id", NEW."rating", NEW."source"); RETURN NULL;', hash='839b000ddea9200ccdeb79153a0e3028a4363e6e', operation='UPDATE', pgid='pgtrigger_update_update_80ea8', table='portfolio_assurancerating', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='assurancerating',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "portfolio_assuranceratingevent" ("comment", "effective_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "rated_by_id", "rating", "source") VALUES (OLD."comment", OLD."effective_at", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."project_id", OLD."rated_by_id", OLD."rating", OLD."source"); RETURN NULL;', hash='406bca67e237c402756405827f3a960964843365', operation='DELETE', pgid='pgtrigger_delete_delete_41b27', table='portfolio_assurancerating', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='projectobjective',
            constraint=models.UniqueConstraint(fields=('project', 'objective'), name='objective_once_per_project', violation_error_message='The project is linked to this objective already.'),
        ),
        migrations.AddConstraint(
            model_name='projectobjective',
            constraint=models.CheckConstraint(condition=models.Q(('weight__range', (1, 100))), name='objective_weight_percent', violation_error_message='A weight is 1 to 100 %.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='projectobjective',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "portfolio_projectobjectiveevent" ("id", "objective_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "weight") VALUES (NEW."id", NEW."objective_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."project_id", NEW."weight"); RETURN NULL;', hash='f941efa002bc3a7506afd677e0ff79102851c2de', operation='INSERT', pgid='pgtrigger_insert_insert_2caf8', table='portfolio_projectobjective', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='projectobjective',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "portfolio_projectobjectiveevent" ("id", "objective_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "weight") VALUES (NEW."id", NEW."objective_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."project_id", NEW."weight"); RETURN NULL;', hash='fcc29bca3e52aeaf87aacddca51f3377b0a1af92', operation='UPDATE', pgid='pgtrigger_update_update_b7659', table='portfolio_projectobjective', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='projectobjective',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "portfolio_projectobjectiveevent" ("id", "objective_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "weight") VALUES (OLD."id", OLD."objective_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."project_id", OLD."weight"); RETURN NULL;', hash='551379d09454154057951802b4f37ff78d23d332', operation='DELETE', pgid='pgtrigger_delete_delete_37759', table='portfolio_projectobjective', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='projectobjectiveevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a7ed5cab5fae5b6dc8d9c7becc4afde97a71cb01', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_6b775', table='portfolio_projectobjectiveevent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='reportingperiod',
            index=models.Index(fields=['due_on'], name='period_due'),
        ),
        migrations.AddConstraint(
            model_name='reportingperiod',
            constraint=models.UniqueConstraint(fields=('calendar', 'starts_on', 'ends_on'), name='period_once_per_calendar'),
        ),
        migrations.AddConstraint(
            model_name='reportingperiod',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='period_dates_in_order'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportingperiod',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "portfolio_reportingperiodevent" ("calendar_id", "due_on", "ends_on", "id", "label", "opens_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_on") VALUES (NEW."calendar_id", NEW."due_on", NEW."ends_on", NEW."id", NEW."label", NEW."opens_on", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."starts_on"); RETURN NULL;', hash='f6773b3993388672f67429a8f3ba3215d00e0bd0', operation='INSERT', pgid='pgtrigger_insert_insert_904fb', table='portfolio_reportingperiod', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportingperiod',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "portfolio_reportingperiodevent" ("calendar_id", "due_on", "ends_on", "id", "label", "opens_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_on") VALUES (NEW."calendar_id", NEW."due_on", NEW."ends_on", NEW."id", NEW."label", NEW."opens_on", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."starts_on"); RETURN NULL;', hash='58a2e652fe464925091a34c85af877b36aaef619', operation='UPDATE', pgid='pgtrigger_update_update_3494f', table='portfolio_reportingperiod', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportingperiod',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "portfolio_reportingperiodevent" ("calendar_id", "due_on", "ends_on", "id", "label", "opens_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_on") VALUES (OLD."calendar_id", OLD."due_on", OLD."ends_on", OLD."id", OLD."label", OLD."opens_on", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."starts_on"); RETURN NULL;', hash='b57852016e48a928c7d00cdc366aa7be0e7de60b', operation='DELETE', pgid='pgtrigger_delete_delete_27c9c', table='portfolio_reportingperiod', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportingperiodevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='170cb2e1992837e481ac6502c24a0f8a3031be5e', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_7250c', table='portfolio_reportingperiodevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='statusduty',
            constraint=models.UniqueConstraint(fields=('project', 'calendar'), name='status_duty_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statusduty',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "portfolio_statusdutyevent" ("calendar_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "starts_on") VALUES (NEW."calendar_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."project_id", NEW."starts_on"); RETURN NULL;', hash='30b45985be09b913c649a292f5186af7920e820e', operation='INSERT', pgid='pgtrigger_insert_insert_2850a', table='portfolio_statusduty', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statusduty',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "portfolio_statusdutyevent" ("calendar_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "starts_on") VALUES (NEW."calendar_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."project_id", NEW."starts_on"); RETURN NULL;', hash='448153d40ed4c8e92fb00ce9c9714eff749f2ee2', operation='UPDATE', pgid='pgtrigger_update_update_e50a7', table='portfolio_statusduty', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statusduty',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "portfolio_statusdutyevent" ("calendar_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "starts_on") VALUES (OLD."calendar_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."project_id", OLD."starts_on"); RETURN NULL;', hash='415734a6653df1d95c7b3804535c0d32fc7ec845', operation='DELETE', pgid='pgtrigger_delete_delete_da374', table='portfolio_statusduty', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statusdutyevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='83bb846fa6d43c77e2f9a665375dcf6ba7bf42aa', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_0db4c', table='portfolio_statusdutyevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='statusreminder',
            constraint=models.UniqueConstraint(fields=('project', 'period', 'kind'), name='status_reminder_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportingcalendarevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='2f1a13475c69b0a721848dbf3471e0d01f866327', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_ae959', table='portfolio_reportingcalendarevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='reportingcalendar',
            constraint=models.CheckConstraint(condition=models.Q(('due_days_after_end__lte', 366), ('opens_days_before_end__lte', 366), ('escalate_days_after__lte', 366), ('remind_days_before__lte', 60)), name='calendar_days_sensible', violation_error_message='Opening, due and escalation days are at most 366, reminder days at most 60.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportingcalendar',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "portfolio_reportingcalendarevent" ("cadence", "created_at", "due_days_after_end", "escalate_days_after", "first_period_starts_on", "id", "is_active", "name", "opens_days_before_end", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "portfolio_id", "remind_days_before", "review_required", "series_id", "tier", "updated_at", "version") VALUES (NEW."cadence", NEW."created_at", NEW."due_days_after_end", NEW."escalate_days_after", NEW."first_period_starts_on", NEW."id", NEW."is_active", NEW."name", NEW."opens_days_before_end", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."portfolio_id", NEW."remind_days_before", NEW."review_required", NEW."series_id", NEW."tier", NEW."updated_at", NEW."version"); RETURN NULL;', hash='acba92709b6a654e05d12a51249633743ef786b3', operation='INSERT', pgid='pgtrigger_insert_insert_e0cc6', table='portfolio_reportingcalendar', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportingcalendar',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "portfolio_reportingcalendarevent" ("cadence", "created_at", "due_days_after_end", "escalate_days_after", "first_period_starts_on", "id", "is_active", "name", "opens_days_before_end", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "portfolio_id", "remind_days_before", "review_required", "series_id", "tier", "updated_at", "version") VALUES (NEW."cadence", NEW."created_at", NEW."due_days_after_end", NEW."escalate_days_after", NEW."first_period_starts_on", NEW."id", NEW."is_active", NEW."name", NEW."opens_days_before_end", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."portfolio_id", NEW."remind_days_before", NEW."review_required", NEW."series_id", NEW."tier", NEW."updated_at", NEW."version"); RETURN NULL;', hash='1aab6628923566f464fc7c9ab2c647d98a9b6bd6', operation='UPDATE', pgid='pgtrigger_update_update_73d82', table='portfolio_reportingcalendar', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportingcalendar',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "portfolio_reportingcalendarevent" ("cadence", "created_at", "due_days_after_end", "escalate_days_after", "first_period_starts_on", "id", "is_active", "name", "opens_days_before_end", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "portfolio_id", "remind_days_before", "review_required", "series_id", "tier", "updated_at", "version") VALUES (OLD."cadence", OLD."created_at", OLD."due_days_after_end", OLD."escalate_days_after", OLD."first_period_starts_on", OLD."id", OLD."is_active", OLD."name", OLD."opens_days_before_end", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."portfolio_id", OLD."remind_days_before", OLD."review_required", OLD."series_id", OLD."tier", OLD."updated_at", OLD."version"); RETURN NULL;', hash='7e586204d16de1eef8612454b09d7a772be07585', operation='DELETE', pgid='pgtrigger_delete_delete_bccf8', table='portfolio_reportingcalendar', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statusseriesevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='cfedeb85a9a30c09c36c2f8e8648a369014858e7', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_331f8', table='portfolio_statusseriesevent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='statusupdate',
            index=models.Index(fields=['project', 'series', '-effective_at', '-revision', '-id'], name='status_known'),
        ),
        migrations.AddIndex(
            model_name='statusupdate',
            index=models.Index(condition=models.Q(('state__in', ['draft', 'submitted', 'returned'])), fields=['state', 'submitted_at'], name='status_open'),
        ),
        migrations.AddConstraint(
            model_name='statusupdate',
            constraint=models.UniqueConstraint(fields=('project', 'series', 'period', 'revision'), name='status_update_once'),
        ),
        migrations.AddConstraint(
            model_name='statusupdate',
            constraint=models.CheckConstraint(condition=models.Q(('percent_complete', None), ('percent_complete__range', (0, 100)), _connector='OR'), name='status_percent_complete', violation_error_message='Percent complete is 0 to 100.'),
        ),
        migrations.AddConstraint(
            model_name='statusupdate',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['published', 'superseded']), _negated=True), models.Q(('effective_at__isnull', False), ('published_at__isnull', False)), _connector='OR'), name='status_published_has_moment'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statusupdate',
            trigger=pgtrigger.compiler.Trigger(name='freeze_published', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."state" IN (\'published\', \'superseded\'))', func="\n                    IF TG_OP = 'UPDATE' AND OLD.state = 'published' AND NEW.state = 'superseded'\n                       AND to_jsonb(NEW) - '{state,version,updated_at}'::text[] = to_jsonb(OLD) - '{state,version,updated_at}'::text[]\n                    THEN RETURN NEW; END IF;\n                    RAISE EXCEPTION 'A published status update is frozen: correct it with a new revision.';\n                ", hash='8f30746c15c214f408f5c09f16baf53253fa5071', operation='UPDATE OR DELETE', pgid='pgtrigger_freeze_published_4e139', table='portfolio_statusupdate', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statusupdate',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "portfolio_statusupdateevent" ("achieved", "benefits", "comments", "computed", "computed_overall", "cost", "created_at", "effective_at", "facts", "forecast_cost", "forecast_finish_on", "id", "overall", "percent_complete", "period_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "planned_next", "project_id", "published_at", "reasons", "resources", "review_comment", "reviewed_by_id", "revision", "risk", "schedule", "scope", "series_id", "source", "state", "submitted_at", "submitted_by_id", "summary", "thresholds", "updated_at", "version", "written_by_id") VALUES (NEW."achieved", NEW."benefits", NEW."comments", NEW."computed", NEW."computed_overall", NEW."cost", NEW."created_at", NEW."effective_at", NEW."facts", NEW."forecast_cost", NEW."forecast_finish_on", NEW."id", NEW."overall", NEW."percent_complete", NEW."period_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."planned_next", NEW."project_id", NEW."published_at", NEW."reasons", NEW."resources", NEW."review_comment", NEW."reviewed_by_id", NEW."revision", NEW."risk", NEW."schedule", NEW."scope", NEW."series_id", NEW."source", NEW."state", NEW."submitted_at", NEW."submitted_by_id", NEW."summary", NEW."thresholds", NEW."updated_at", NEW."version", NEW."written_by_id"); RETURN NULL;', hash='ef5bbecc0d9d5f952dec0696e940abf0e6c3e188', operation='INSERT', pgid='pgtrigger_insert_insert_1d7c9', table='portfolio_statusupdate', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statusupdate',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "portfolio_statusupdateevent" ("achieved", "benefits", "comments", "computed", "computed_overall", "cost", "created_at", "effective_at", "facts", "forecast_cost", "forecast_finish_on", "id", "overall", "percent_complete", "period_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "planned_next", "project_id", "published_at", "reasons", "resources", "review_comment", "reviewed_by_id", "revision", "risk", "schedule", "scope", "series_id", "source", "state", "submitted_at", "submitted_by_id", "summary", "thresholds", "updated_at", "version", "written_by_id") VALUES (NEW."achieved", NEW."benefits", NEW."comments", NEW."computed", NEW."computed_overall", NEW."cost", NEW."created_at", NEW."effective_at", NEW."facts", NEW."forecast_cost", NEW."forecast_finish_on", NEW."id", NEW."overall", NEW."percent_complete", NEW."period_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."planned_next", NEW."project_id", NEW."published_at", NEW."reasons", NEW."resources", NEW."review_comment", NEW."reviewed_by_id", NEW."revision", NEW."risk", NEW."schedule", NEW."scope", NEW."series_id", NEW."source", NEW."state", NEW."submitted_at", NEW."submitted_by_id", NEW."summary", NEW."thresholds", NEW."updated_at", NEW."version", NEW."written_by_id"); RETURN NULL;', hash='98a695dd78f40ffad2fa17f9cd58442eb405a61a', operation='UPDATE', pgid='pgtrigger_update_update_df27d', table='portfolio_statusupdate', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statusupdate',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "portfolio_statusupdateevent" ("achieved", "benefits", "comments", "computed", "computed_overall", "cost", "created_at", "effective_at", "facts", "forecast_cost", "forecast_finish_on", "id", "overall", "percent_complete", "period_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "planned_next", "project_id", "published_at", "reasons", "resources", "review_comment", "reviewed_by_id", "revision", "risk", "schedule", "scope", "series_id", "source", "state", "submitted_at", "submitted_by_id", "summary", "thresholds", "updated_at", "version", "written_by_id") VALUES (OLD."achieved", OLD."benefits", OLD."comments", OLD."computed", OLD."computed_overall", OLD."cost", OLD."created_at", OLD."effective_at", OLD."facts", OLD."forecast_cost", OLD."forecast_finish_on", OLD."id", OLD."overall", OLD."percent_complete", OLD."period_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."planned_next", OLD."project_id", OLD."published_at", OLD."reasons", OLD."resources", OLD."review_comment", OLD."reviewed_by_id", OLD."revision", OLD."risk", OLD."schedule", OLD."scope", OLD."series_id", OLD."source", OLD."state", OLD."submitted_at", OLD."submitted_by_id", OLD."summary", OLD."thresholds", OLD."updated_at", OLD."version", OLD."written_by_id"); RETURN NULL;', hash='f9c2e30230ddaf0d67f091e4c22ce2c3b7602e33', operation='DELETE', pgid='pgtrigger_delete_delete_abf95', table='portfolio_statusupdate', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statusdecisionevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='50ed23c3d369aeb58949d2d0c72bb6df767e4800', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_77a9e', table='portfolio_statusdecisionevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statusdecision',
            trigger=pgtrigger.compiler.Trigger(name='freeze_with_update', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE frozen boolean;', func="\n                    SELECT bool_or(state IN ('published', 'superseded')) INTO frozen FROM portfolio_statusupdate\n                     WHERE id IN (CASE WHEN TG_OP = 'INSERT' THEN NEW.update_id ELSE OLD.update_id END,\n                                  CASE WHEN TG_OP = 'DELETE' THEN OLD.update_id ELSE NEW.update_id END);\n                    IF frozen THEN\n                        RAISE EXCEPTION 'The decisions of a published status update are frozen: correct it with a new revision.';\n                    END IF;\n                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n                    RETURN NEW;\n                ", hash='c79599efb0dc44cc3a5c672368e155333a2fa613', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_freeze_with_update_37d58', table='portfolio_statusdecision', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statusdecision',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "portfolio_statusdecisionevent" ("decider", "due_on", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "text", "update_id") VALUES (NEW."decider", NEW."due_on", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."text", NEW."update_id"); RETURN NULL;', hash='1e22ccabd975cfc9536f96aa130abcbdad06bd98', operation='INSERT', pgid='pgtrigger_insert_insert_991f8', table='portfolio_statusdecision', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statusdecision',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "portfolio_statusdecisionevent" ("decider", "due_on", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "text", "update_id") VALUES (NEW."decider", NEW."due_on", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."text", NEW."update_id"); RETURN NULL;', hash='c3958e387774c65c7453f623c6c22b397f492b9c', operation='UPDATE', pgid='pgtrigger_update_update_f4bd5', table='portfolio_statusdecision', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statusdecision',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "portfolio_statusdecisionevent" ("decider", "due_on", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "text", "update_id") VALUES (OLD."decider", OLD."due_on", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."text", OLD."update_id"); RETURN NULL;', hash='2d62917a5de3a8a8e6b145a6319364818f9f88c7', operation='DELETE', pgid='pgtrigger_delete_delete_50671', table='portfolio_statusdecision', when='AFTER')),
        ),
        migrations.AddIndex(
            model_name='projectevent',
            index=models.Index(fields=['pgh_obj', '-pgh_created_at', '-pgh_id'], name='project_event_known'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='projectevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='4f7d69a011b380d1afec8e521673f537f01a2e93', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_a78f5', table='portfolio_projectevent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='project',
            index=django.contrib.postgres.indexes.GinIndex(fields=['search'], name='project_search'),
        ),
        migrations.AddIndex(
            model_name='project',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('title'), name='gin_trgm_ops'), name='project_title_trigram'),
        ),
        migrations.AddIndex(
            model_name='project',
            index=models.Index(condition=models.Q(('archived_at', None)), fields=['reference'], name='project_unarchived'),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.CheckConstraint(condition=models.Q(('currency__regex', '^[A-Z]{3}$')), name='project_currency_code', violation_error_message='A currency is three capital letters, such as GBP.'),
        ),
        migrations.AddConstraint(
            model_name='project',
            constraint=models.CheckConstraint(condition=models.Q(('tier__range', (1, 3))), name='project_tier', violation_error_message='The tier is 1, 2 or 3.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='project',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "portfolio_projectevent" ("actual_finish_on", "actual_start_on", "archived_at", "benefits", "benefits_summary", "budget", "category", "created_at", "currency", "current_assurance_id", "current_update_id", "custom", "description", "forecast", "forecast_finish_on", "forecast_start_on", "id", "is_confidential", "manager_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phase", "planned_finish_on", "planned_start_on", "portfolio_id", "programme_id", "purpose", "reference", "spend", "sponsor_id", "tags", "tier", "title", "unit_id", "updated_at", "version", "year_budget", "year_forecast", "year_label") VALUES (NEW."actual_finish_on", NEW."actual_start_on", NEW."archived_at", NEW."benefits", NEW."benefits_summary", NEW."budget", NEW."category", NEW."created_at", NEW."currency", NEW."current_assurance_id", NEW."current_update_id", NEW."custom", NEW."description", NEW."forecast", NEW."forecast_finish_on", NEW."forecast_start_on", NEW."id", NEW."is_confidential", NEW."manager_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."phase", NEW."planned_finish_on", NEW."planned_start_on", NEW."portfolio_id", NEW."programme_id", NEW."purpose", NEW."reference", NEW."spend", NEW."sponsor_id", NEW."tags", NEW."tier", NEW."title", NEW."unit_id", NEW."updated_at", NEW."version", NEW."year_budget", NEW."year_forecast", NEW."year_label"); RETURN NULL;', hash='6903600df3ce2c5d904a971be14997ff4f69c66a', operation='INSERT', pgid='pgtrigger_insert_insert_e7f55', table='portfolio_project', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='project',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."actual_finish_on" IS DISTINCT FROM (NEW."actual_finish_on") OR OLD."actual_start_on" IS DISTINCT FROM (NEW."actual_start_on") OR OLD."archived_at" IS DISTINCT FROM (NEW."archived_at") OR OLD."benefits" IS DISTINCT FROM (NEW."benefits") OR OLD."benefits_summary" IS DISTINCT FROM (NEW."benefits_summary") OR OLD."budget" IS DISTINCT FROM (NEW."budget") OR OLD."category" IS DISTINCT FROM (NEW."category") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."current_assurance_id" IS DISTINCT FROM (NEW."current_assurance_id") OR OLD."current_update_id" IS DISTINCT FROM (NEW."current_update_id") OR OLD."custom" IS DISTINCT FROM (NEW."custom") OR OLD."description" IS DISTINCT FROM (NEW."description") OR OLD."forecast" IS DISTINCT FROM (NEW."forecast") OR OLD."forecast_finish_on" IS DISTINCT FROM (NEW."forecast_finish_on") OR OLD."forecast_start_on" IS DISTINCT FROM (NEW."forecast_start_on") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_confidential" IS DISTINCT FROM (NEW."is_confidential") OR OLD."manager_id" IS DISTINCT FROM (NEW."manager_id") OR OLD."phase" IS DISTINCT FROM (NEW."phase") OR OLD."planned_finish_on" IS DISTINCT FROM (NEW."planned_finish_on") OR OLD."planned_start_on" IS DISTINCT FROM (NEW."planned_start_on") OR OLD."portfolio_id" IS DISTINCT FROM (NEW."portfolio_id") OR OLD."programme_id" IS DISTINCT FROM (NEW."programme_id") OR OLD."purpose" IS DISTINCT FROM (NEW."purpose") OR OLD."reference" IS DISTINCT FROM (NEW."reference") OR OLD."spend" IS DISTINCT FROM (NEW."spend") OR OLD."sponsor_id" IS DISTINCT FROM (NEW."sponsor_id") OR OLD."tags" IS DISTINCT FROM (NEW."tags") OR OLD."tier" IS DISTINCT FROM (NEW."tier") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id") OR OLD."updated_at" IS DISTINCT FROM (NEW."updated_at") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."year_budget" IS DISTINCT FROM (NEW."year_budget") OR OLD."year_forecast" IS DISTINCT FROM (NEW."year_forecast") OR OLD."year_label" IS DISTINCT FROM (NEW."year_label"))', func='INSERT INTO "portfolio_projectevent" ("actual_finish_on", "actual_start_on", "archived_at", "benefits", "benefits_summary", "budget", "category", "created_at", "currency", "current_assurance_id", "current_update_id", "custom", "description", "forecast", "forecast_finish_on", "forecast_start_on", "id", "is_confidential", "manager_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phase", "planned_finish_on", "planned_start_on", "portfolio_id", "programme_id", "purpose", "reference", "spend", "sponsor_id", "tags", "tier", "title", "unit_id", "updated_at", "version", "year_budget", "year_forecast", "year_label") VALUES (NEW."actual_finish_on", NEW."actual_start_on", NEW."archived_at", NEW."benefits", NEW."benefits_summary", NEW."budget", NEW."category", NEW."created_at", NEW."currency", NEW."current_assurance_id", NEW."current_update_id", NEW."custom", NEW."description", NEW."forecast", NEW."forecast_finish_on", NEW."forecast_start_on", NEW."id", NEW."is_confidential", NEW."manager_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phase", NEW."planned_finish_on", NEW."planned_start_on", NEW."portfolio_id", NEW."programme_id", NEW."purpose", NEW."reference", NEW."spend", NEW."sponsor_id", NEW."tags", NEW."tier", NEW."title", NEW."unit_id", NEW."updated_at", NEW."version", NEW."year_budget", NEW."year_forecast", NEW."year_label"); RETURN NULL;', hash='dbd0ff283ff0778b7f4d8327466ca26a42434b8d', operation='UPDATE', pgid='pgtrigger_update_update_37766', table='portfolio_project', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='project',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "portfolio_projectevent" ("actual_finish_on", "actual_start_on", "archived_at", "benefits", "benefits_summary", "budget", "category", "created_at", "currency", "current_assurance_id", "current_update_id", "custom", "description", "forecast", "forecast_finish_on", "forecast_start_on", "id", "is_confidential", "manager_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phase", "planned_finish_on", "planned_start_on", "portfolio_id", "programme_id", "purpose", "reference", "spend", "sponsor_id", "tags", "tier", "title", "unit_id", "updated_at", "version", "year_budget", "year_forecast", "year_label") VALUES (OLD."actual_finish_on", OLD."actual_start_on", OLD."archived_at", OLD."benefits", OLD."benefits_summary", OLD."budget", OLD."category", OLD."created_at", OLD."currency", OLD."current_assurance_id", OLD."current_update_id", OLD."custom", OLD."description", OLD."forecast", OLD."forecast_finish_on", OLD."forecast_start_on", OLD."id", OLD."is_confidential", OLD."manager_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."phase", OLD."planned_finish_on", OLD."planned_start_on", OLD."portfolio_id", OLD."programme_id", OLD."purpose", OLD."reference", OLD."spend", OLD."sponsor_id", OLD."tags", OLD."tier", OLD."title", OLD."unit_id", OLD."updated_at", OLD."version", OLD."year_budget", OLD."year_forecast", OLD."year_label"); RETURN NULL;', hash='83bb9d70696dab941398f2c9179dc684169ed206', operation='DELETE', pgid='pgtrigger_delete_delete_aeb96', table='portfolio_project', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statusupdateevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7fef3fffbb702dd6f402a388326a723f453ce356', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_3fbc1', table='portfolio_statusupdateevent', when='BEFORE')),
        ),
    ]
