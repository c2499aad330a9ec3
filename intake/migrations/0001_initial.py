import django.contrib.postgres.fields
import django.contrib.postgres.search
import django.db.models.deletion
import intake.models.requests
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '__first__'),
        ('pghistory', '0007_auto_20250421_0444'),
    ]

    operations = [
        migrations.CreateModel(
            name='RequestEvent',
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
                ('need', models.TextField(blank=True, verbose_name='why it is needed')),
                ('helps', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('revenue', 'Raises revenue'), ('cost', 'Cuts cost'), ('regulation', 'Meets a regulation'), ('competitor', 'Answers a competitor'), ('risk', 'Reduces a risk'), ('service', 'Serves citizens or customers better')], max_length=12), blank=True, default=list, size=None, verbose_name='how it helps')),
                ('helps_how', models.TextField(blank=True, verbose_name='how it helps, in words')),
                ('answers', models.JSONField(blank=True, default=dict, verbose_name='answers')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('screening', 'Screening'), ('needs_information', 'Needs information'), ('assessment', 'Assessment'), ('ready', 'Ready for decision'), ('approved', 'Approved'), ('deferred', 'Deferred'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn'), ('converted', 'Became a project')], default='draft', max_length=17, verbose_name='state')),
                ('moved_at', models.DateTimeField(verbose_name='in this state since')),
                ('submitted_at', models.DateTimeField(blank=True, null=True, verbose_name='submitted')),
                ('resume_on', models.DateField(blank=True, null=True, verbose_name='deferred until')),
                ('requester_name', models.CharField(blank=True, max_length=150, verbose_name='name')),
                ('requester_email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail address')),
                ('needed_by_on', models.DateField(blank=True, null=True, verbose_name='needed by')),
                ('currency', models.CharField(default='GBP', max_length=3, verbose_name='currency')),
                ('estimated_cost', models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name='estimated cost, whole life')),
                ('estimated_benefit', models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name='estimated benefit, whole life')),
                ('is_confidential', models.BooleanField(default=False, help_text='Only the requester, the owner, the sponsor and reviewers see it.', verbose_name='confidential')),
                ('tags', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=50), blank=True, default=list, size=None, verbose_name='tags')),
                ('custom', models.JSONField(blank=True, default=dict, verbose_name='further fields')),
                ('source', models.CharField(blank=True, max_length=255, verbose_name='imported from')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RequestMove',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_state', models.CharField(blank=True, choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('screening', 'Screening'), ('needs_information', 'Needs information'), ('assessment', 'Assessment'), ('ready', 'Ready for decision'), ('approved', 'Approved'), ('deferred', 'Deferred'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn'), ('converted', 'Became a project')], max_length=17, verbose_name='from')),
                ('to_state', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('screening', 'Screening'), ('needs_information', 'Needs information'), ('assessment', 'Assessment'), ('ready', 'Ready for decision'), ('approved', 'Approved'), ('deferred', 'Deferred'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn'), ('converted', 'Became a project')], max_length=17, verbose_name='to')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('at', models.DateTimeField(verbose_name='moved')),
            ],
            options={
                'verbose_name': 'move',
                'verbose_name_plural': 'moves',
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='RequestMoveEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('from_state', models.CharField(blank=True, choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('screening', 'Screening'), ('needs_information', 'Needs information'), ('assessment', 'Assessment'), ('ready', 'Ready for decision'), ('approved', 'Approved'), ('deferred', 'Deferred'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn'), ('converted', 'Became a project')], max_length=17, verbose_name='from')),
                ('to_state', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('screening', 'Screening'), ('needs_information', 'Needs information'), ('assessment', 'Assessment'), ('ready', 'Ready for decision'), ('approved', 'Approved'), ('deferred', 'Deferred'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn'), ('converted', 'Became a project')], max_length=17, verbose_name='to')),
                ('reason', models.TextField(blank=True, verbose_name='reason')),
                ('at', models.DateTimeField(verbose_name='moved')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RequestObjective',
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
            name='RequestObjectiveEvent',
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
            name='RequestParty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(choices=[('also_asked', 'Asked for the same'), ('reviewer', 'Reviewer'), ('follower', 'Follower')], max_length=10, verbose_name='part')),
                ('name', models.CharField(blank=True, max_length=150, verbose_name='name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail address')),
            ],
            options={
                'verbose_name': 'party of a request',
                'verbose_name_plural': 'parties of requests',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='RequestPartyEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('part', models.CharField(choices=[('also_asked', 'Asked for the same'), ('reviewer', 'Reviewer'), ('follower', 'Follower')], max_length=10, verbose_name='part')),
                ('name', models.CharField(blank=True, max_length=150, verbose_name='name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail address')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RequestQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('text', models.TextField(verbose_name='question')),
                ('asked_at', models.DateTimeField(verbose_name='asked')),
                ('answer', models.TextField(blank=True, verbose_name='answer')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered')),
            ],
            options={
                'verbose_name': 'question to the requester',
                'verbose_name_plural': 'questions to the requester',
                'ordering': ['asked_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='RequestQuestionEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('text', models.TextField(verbose_name='question')),
                ('asked_at', models.DateTimeField(verbose_name='asked')),
                ('answer', models.TextField(blank=True, verbose_name='answer')),
                ('answered_at', models.DateTimeField(blank=True, null=True, verbose_name='answered')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RequestType',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('name', models.CharField(max_length=120, unique=True, verbose_name='name')),
                ('description', models.TextField(blank=True, help_text='Who should use it, and for what.', verbose_name='description')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='place in the list')),
                ('is_active', models.BooleanField(default=True, verbose_name='in use')),
                ('is_public', models.BooleanField(default=False, verbose_name='anyone with the link may ask')),
                ('public_key', models.CharField(default=intake.models.requests.new_key, editable=False, max_length=32, unique=True)),
                ('service_days', models.JSONField(blank=True, default=dict, verbose_name='service times, working days by state')),
            ],
            options={
                'verbose_name': 'request type',
                'verbose_name_plural': 'request types',
                'ordering': ['position', 'name'],
            },
        ),
        migrations.CreateModel(
            name='RequestTypeEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('description', models.TextField(blank=True, help_text='Who should use it, and for what.', verbose_name='description')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='place in the list')),
                ('is_active', models.BooleanField(default=True, verbose_name='in use')),
                ('is_public', models.BooleanField(default=False, verbose_name='anyone with the link may ask')),
                ('service_days', models.JSONField(blank=True, default=dict, verbose_name='service times, working days by state')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='FormVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('number', models.PositiveIntegerField(verbose_name='version')),
                ('document', models.JSONField(default=dict, verbose_name='questions')),
                ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='published')),
                ('published_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='published by')),
            ],
            options={
                'verbose_name': 'form version',
                'verbose_name_plural': 'form versions',
                'ordering': ['type', '-number'],
            },
        ),
        migrations.CreateModel(
            name='FormVersionEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='intake.formversion')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('id', models.BigIntegerField()),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('number', models.PositiveIntegerField(verbose_name='version')),
                ('document', models.JSONField(default=dict, verbose_name='questions')),
                ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='published')),
                ('published_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='published by')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Request',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('reference', models.CharField(max_length=12, unique=True, verbose_name='reference')),
                ('form_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='intake.formversion', verbose_name='form version')),
                ('title', models.CharField(max_length=300, verbose_name='title')),
                ('purpose', models.TextField(blank=True, verbose_name='purpose')),
                ('need', models.TextField(blank=True, verbose_name='why it is needed')),
                ('helps', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('revenue', 'Raises revenue'), ('cost', 'Cuts cost'), ('regulation', 'Meets a regulation'), ('competitor', 'Answers a competitor'), ('risk', 'Reduces a risk'), ('service', 'Serves citizens or customers better')], max_length=12), blank=True, default=list, size=None, verbose_name='how it helps')),
                ('helps_how', models.TextField(blank=True, verbose_name='how it helps, in words')),
                ('answers', models.JSONField(blank=True, default=dict, verbose_name='answers')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('screening', 'Screening'), ('needs_information', 'Needs information'), ('assessment', 'Assessment'), ('ready', 'Ready for decision'), ('approved', 'Approved'), ('deferred', 'Deferred'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn'), ('converted', 'Became a project')], default='draft', max_length=17, verbose_name='state')),
                ('moved_at', models.DateTimeField(verbose_name='in this state since')),
                ('submitted_at', models.DateTimeField(blank=True, null=True, verbose_name='submitted')),
                ('resume_on', models.DateField(blank=True, null=True, verbose_name='deferred until')),
                ('requester_name', models.CharField(blank=True, max_length=150, verbose_name='name')),
                ('requester_email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail address')),
                ('owner', models.ForeignKey(blank=True, help_text='Who in the office looks after the request.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='owned_requests', to=settings.AUTH_USER_MODEL, verbose_name='owner')),
                ('needed_by_on', models.DateField(blank=True, null=True, verbose_name='needed by')),
                ('currency', models.CharField(default='GBP', max_length=3, verbose_name='currency')),
                ('estimated_cost', models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name='estimated cost, whole life')),
                ('estimated_benefit', models.DecimalField(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name='estimated benefit, whole life')),
                ('is_confidential', models.BooleanField(default=False, help_text='Only the requester, the owner, the sponsor and reviewers see it.', verbose_name='confidential')),
                ('tags', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=50), blank=True, default=list, size=None, verbose_name='tags')),
                ('custom', models.JSONField(blank=True, default=dict, verbose_name='further fields')),
                ('source', models.CharField(blank=True, max_length=255, verbose_name='imported from')),
                ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='intake.request', verbose_name='merged into')),
                ('tracking_key', models.CharField(default=intake.models.requests.new_key, editable=False, max_length=32, unique=True)),
                ('search', models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.CombinedSearchVector(django.contrib.postgres.search.CombinedSearchVector(django.contrib.postgres.search.SearchVector('reference', 'title', config='english', weight='A'), '||', django.contrib.postgres.search.SearchVector('purpose', 'need', config='english', weight='B'), django.contrib.postgres.search.SearchConfig('english')), '||', django.contrib.postgres.search.SearchVector('helps_how', config='english', weight='C'), django.contrib.postgres.search.SearchConfig('english')), output_field=django.contrib.postgres.search.SearchVectorField())),
            ],
            options={
                'verbose_name': 'request',
                'verbose_name_plural': 'requests',
                'ordering': ['-pk'],
            },
        ),
    ]
