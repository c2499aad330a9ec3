import core.triggers
import django.contrib.postgres.indexes
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.functions.text
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ('accounts', '__first__'),
        ("intake", "0001_initial"),
        ('pghistory', '0007_auto_20250421_0444'),
        ("portfolio", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name='conversion',
            name='project',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='conversion', to='portfolio.project', verbose_name='project'),
        ),
        migrations.AddField(
            model_name='charterevent',
            name='conversion',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.conversion', verbose_name='conversion'),
        ),
        migrations.AddField(
            model_name='charter',
            name='conversion',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='charter', to='intake.conversion', verbose_name='conversion'),
        ),
        migrations.AddField(
            model_name='conversionevent',
            name='approved_case',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.approvedcase', verbose_name='approved case'),
        ),
        migrations.AddField(
            model_name='conversionevent',
            name='converted_by',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='converted by'),
        ),
        migrations.AddField(
            model_name='conversionevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='conversionevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='intake.conversion'),
        ),
        migrations.AddField(
            model_name='conversionevent',
            name='project',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='portfolio.project', verbose_name='project'),
        ),
        migrations.AddField(
            model_name='criterionevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='criterionevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='intake.criterion'),
        ),
        migrations.AddField(
            model_name='criterionevent',
            name='group',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.criteriongroup', verbose_name='group'),
        ),
        migrations.AddField(
            model_name='criterion',
            name='group',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='criteria', to='intake.criteriongroup', verbose_name='group'),
        ),
        migrations.AddField(
            model_name='criteriongroupevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='criteriongroupevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='intake.criteriongroup'),
        ),
        migrations.AddField(
            model_name='decision',
            name='decided_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by'),
        ),
        migrations.AddField(
            model_name='decision',
            name='item',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decision', to='intake.agendaitem', verbose_name='agenda item'),
        ),
        migrations.AddField(
            model_name='conditionevent',
            name='decision',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.decision', verbose_name='decision'),
        ),
        migrations.AddField(
            model_name='condition',
            name='decision',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conditions', to='intake.decision', verbose_name='decision'),
        ),
        migrations.AddField(
            model_name='decisionevent',
            name='decided_by',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by'),
        ),
        migrations.AddField(
            model_name='decisionevent',
            name='item',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.agendaitem', verbose_name='agenda item'),
        ),
        migrations.AddField(
            model_name='decisionevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='decisionevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='intake.decision'),
        ),
        migrations.AddField(
            model_name='agendaitemevent',
            name='meeting',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.decisionmeeting', verbose_name='meeting'),
        ),
        migrations.AddField(
            model_name='agendaitem',
            name='meeting',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='intake.decisionmeeting', verbose_name='meeting'),
        ),
        migrations.AddField(
            model_name='decisionmeetingevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='decisionmeetingevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='intake.decisionmeeting'),
        ),
        migrations.AddField(
            model_name='formversion',
            name='published_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='published by'),
        ),
        migrations.AddField(
            model_name='formversionevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='formversionevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='intake.formversion'),
        ),
        migrations.AddField(
            model_name='formversionevent',
            name='published_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='published by'),
        ),
        migrations.AddField(
            model_name='judge',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='judging', to=settings.AUTH_USER_MODEL, verbose_name='person'),
        ),
        migrations.AddField(
            model_name='judgeevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='judgeevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='intake.judge'),
        ),
        migrations.AddField(
            model_name='judgeevent',
            name='user',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person'),
        ),
        migrations.AddField(
            model_name='judgement',
            name='judge',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='judgements', to='intake.judge', verbose_name='judge'),
        ),
        migrations.AddField(
            model_name='judgementevent',
            name='judge',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.judge', verbose_name='judge'),
        ),
        migrations.AddField(
            model_name='judgementevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='judgementevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='intake.judgement'),
        ),
        migrations.AddField(
            model_name='meetingmember',
            name='meeting',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='intake.decisionmeeting', verbose_name='meeting'),
        ),
        migrations.AddField(
            model_name='meetingmember',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person'),
        ),
        migrations.AddField(
            model_name='meetingmemberevent',
            name='meeting',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.decisionmeeting', verbose_name='meeting'),
        ),
        migrations.AddField(
            model_name='meetingmemberevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='meetingmemberevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='intake.meetingmember'),
        ),
        migrations.AddField(
            model_name='meetingmemberevent',
            name='user',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person'),
        ),
        migrations.AddField(
            model_name='moderatedscore',
            name='assessment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='moderated', to='intake.assessment', verbose_name='assessment'),
        ),
        migrations.AddField(
            model_name='moderatedscore',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='moderated by'),
        ),
        migrations.AddField(
            model_name='moderatedscore',
            name='criterion',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='intake.criterion', verbose_name='criterion'),
        ),
        migrations.AddField(
            model_name='moderatedscoreevent',
            name='assessment',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.assessment', verbose_name='assessment'),
        ),
        migrations.AddField(
            model_name='moderatedscoreevent',
            name='by',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='moderated by'),
        ),
        migrations.AddField(
            model_name='moderatedscoreevent',
            name='criterion',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.criterion', verbose_name='criterion'),
        ),
        migrations.AddField(
            model_name='moderatedscoreevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='moderatedscoreevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='intake.moderatedscore'),
        ),
        migrations.AddField(
            model_name='openingrisk',
            name='project',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='opening_risks', to='portfolio.project', verbose_name='project'),
        ),
        migrations.AddField(
            model_name='openingriskevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='openingriskevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='intake.openingrisk'),
        ),
        migrations.AddField(
            model_name='openingriskevent',
            name='project',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='portfolio.project', verbose_name='project'),
        ),
        migrations.AddField(
            model_name='conversionevent',
            name='template',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.projecttemplate', verbose_name='template'),
        ),
        migrations.AddField(
            model_name='conversion',
            name='template',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='intake.projecttemplate', verbose_name='template'),
        ),
        migrations.AddField(
            model_name='projecttemplateevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='projecttemplateevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='intake.projecttemplate'),
        ),
        migrations.AddField(
            model_name='rankedentryevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='rankedentryevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='intake.rankedentry'),
        ),
        migrations.AddField(
            model_name='request',
            name='form_version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='intake.formversion', verbose_name='form version'),
        ),
        migrations.AddField(
            model_name='request',
            name='merged_into',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='intake.request', verbose_name='merged into'),
        ),
        migrations.AddField(
            model_name='request',
            name='owner',
            field=models.ForeignKey(blank=True, help_text='Who in the office looks after the request.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='owned_requests', to=settings.AUTH_USER_MODEL, verbose_name='owner'),
        ),
        migrations.AddField(
            model_name='request',
            name='project',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='request', to='portfolio.project', verbose_name='project'),
        ),
        migrations.AddField(
            model_name='request',
            name='requester',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requests', to=settings.AUTH_USER_MODEL, verbose_name='requester'),
        ),
        migrations.AddField(
            model_name='request',
            name='split_from',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='intake.request', verbose_name='split from'),
        ),
        migrations.AddField(
            model_name='request',
            name='sponsor',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sponsored_requests', to=settings.AUTH_USER_MODEL, verbose_name='sponsor'),
        ),
        migrations.AddField(
            model_name='request',
            name='unit',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='accounts.organisationunit', verbose_name='organisation unit'),
        ),
        migrations.AddField(
            model_name='rankedentryevent',
            name='request',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.request', verbose_name='request'),
        ),
        migrations.AddField(
            model_name='rankedentry',
            name='request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='intake.request', verbose_name='request'),
        ),
        migrations.AddField(
            model_name='openingriskevent',
            name='request',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.request', verbose_name='request'),
        ),
        migrations.AddField(
            model_name='openingrisk',
            name='request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='opening_risks', to='intake.request', verbose_name='request'),
        ),
        migrations.AddField(
            model_name='decisionevent',
            name='request',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.request', verbose_name='request'),
        ),
        migrations.AddField(
            model_name='decision',
            name='request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='intake.request', verbose_name='request'),
        ),
        migrations.AddField(
            model_name='conversionevent',
            name='request',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.request', verbose_name='request'),
        ),
        migrations.AddField(
            model_name='conversion',
            name='request',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='conversion', to='intake.request', verbose_name='request'),
        ),
        migrations.AddField(
            model_name='businesscaseevent',
            name='request',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.request', verbose_name='request'),
        ),
        migrations.AddField(
            model_name='businesscase',
            name='request',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='case', to='intake.request', verbose_name='request'),
        ),
        migrations.AddField(
            model_name='assessmentevent',
            name='request',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.request', verbose_name='request'),
        ),
        migrations.AddField(
            model_name='assessment',
            name='request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='assessments', to='intake.request', verbose_name='request'),
        ),
        migrations.AddField(
            model_name='approvedcaseevent',
            name='request',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.request', verbose_name='request'),
        ),
        migrations.AddField(
            model_name='approvedcase',
            name='request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approved_cases', to='intake.request', verbose_name='request'),
        ),
        migrations.AddField(
            model_name='agendaitemevent',
            name='request',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.request', verbose_name='request'),
        ),
        migrations.AddField(
            model_name='agendaitem',
            name='request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agenda_items', to='intake.request', verbose_name='request'),
        ),
        migrations.AddField(
            model_name='requestevent',
            name='form_version',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.formversion', verbose_name='form version'),
        ),
        migrations.AddField(
            model_name='requestevent',
            name='merged_into',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.request', verbose_name='merged into'),
        ),
        migrations.AddField(
            model_name='requestevent',
            name='owner',
            field=models.ForeignKey(blank=True, db_constraint=False, help_text='Who in the office looks after the request.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='owner'),
        ),
        migrations.AddField(
            model_name='requestevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='requestevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='intake.request'),
        ),
        migrations.AddField(
            model_name='requestevent',
            name='project',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='portfolio.project', verbose_name='project'),
        ),
        migrations.AddField(
            model_name='requestevent',
            name='requester',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='requester'),
        ),
        migrations.AddField(
            model_name='requestevent',
            name='split_from',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.request', verbose_name='split from'),
        ),
        migrations.AddField(
            model_name='requestevent',
            name='sponsor',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='sponsor'),
        ),
        migrations.AddField(
            model_name='requestevent',
            name='unit',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='accounts.organisationunit', verbose_name='organisation unit'),
        ),
        migrations.AddField(
            model_name='requestmove',
            name='by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='requestmove',
            name='request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='moves', to='intake.request', verbose_name='request'),
        ),
        migrations.AddField(
            model_name='requestmoveevent',
            name='by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='by'),
        ),
        migrations.AddField(
            model_name='requestmoveevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='requestmoveevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='intake.requestmove'),
        ),
        migrations.AddField(
            model_name='requestmoveevent',
            name='request',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.request', verbose_name='request'),
        ),
        migrations.AddField(
            model_name='requestobjective',
            name='objective',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='request_links', to='portfolio.objective', verbose_name='objective'),
        ),
        migrations.AddField(
            model_name='requestobjective',
            name='request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='objective_links', to='intake.request', verbose_name='request'),
        ),
        migrations.AddField(
            model_name='requestobjectiveevent',
            name='objective',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='portfolio.objective', verbose_name='objective'),
        ),
        migrations.AddField(
            model_name='requestobjectiveevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='requestobjectiveevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='intake.requestobjective'),
        ),
        migrations.AddField(
            model_name='requestobjectiveevent',
            name='request',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.request', verbose_name='request'),
        ),
        migrations.AddField(
            model_name='requestparty',
            name='request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parties', to='intake.request', verbose_name='request'),
        ),
        migrations.AddField(
            model_name='requestparty',
            name='user',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='request_parts', to=settings.AUTH_USER_MODEL, verbose_name='person'),
        ),
        migrations.AddField(
            model_name='requestpartyevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='requestpartyevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='intake.requestparty'),
        ),
        migrations.AddField(
            model_name='requestpartyevent',
            name='request',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.request', verbose_name='request'),
        ),
        migrations.AddField(
            model_name='requestpartyevent',
            name='user',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person'),
        ),
        migrations.AddField(
            model_name='requestquestion',
            name='answered_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='answered by'),
        ),
        migrations.AddField(
            model_name='requestquestion',
            name='asked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by'),
        ),
        migrations.AddField(
            model_name='requestquestion',
            name='request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='intake.request', verbose_name='request'),
        ),
        migrations.AddField(
            model_name='requestquestionevent',
            name='answered_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='answered by'),
        ),
        migrations.AddField(
            model_name='requestquestionevent',
            name='asked_by',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by'),
        ),
        migrations.AddField(
            model_name='requestquestionevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='requestquestionevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='intake.requestquestion'),
        ),
        migrations.AddField(
            model_name='requestquestionevent',
            name='request',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.request', verbose_name='request'),
        ),
        migrations.AddField(
            model_name='requestscore',
            name='assessment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='intake.assessment', verbose_name='assessment'),
        ),
        migrations.AddField(
            model_name='requestscore',
            name='request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scores', to='intake.request', verbose_name='request'),
        ),
        migrations.AddField(
            model_name='requestevent',
            name='type',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.requesttype', verbose_name='type'),
        ),
        migrations.AddField(
            model_name='request',
            name='type',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='intake.requesttype', verbose_name='type'),
        ),
        migrations.AddField(
            model_name='projecttemplateevent',
            name='type',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.requesttype', verbose_name='request type'),
        ),
        migrations.AddField(
            model_name='projecttemplate',
            name='type',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='templates', to='intake.requesttype', verbose_name='request type'),
        ),
        migrations.AddField(
            model_name='formversionevent',
            name='type',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.requesttype', verbose_name='request type'),
        ),
        migrations.AddField(
            model_name='formversion',
            name='type',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='form_versions', to='intake.requesttype', verbose_name='request type'),
        ),
        migrations.AddField(
            model_name='requesttypeevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='requesttypeevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='intake.requesttype'),
        ),
        migrations.AddField(
            model_name='reviewer',
            name='assessment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reviewers', to='intake.assessment', verbose_name='assessment'),
        ),
        migrations.AddField(
            model_name='reviewer',
            name='invited_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='invited by'),
        ),
        migrations.AddField(
            model_name='reviewer',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reviews', to=settings.AUTH_USER_MODEL, verbose_name='person'),
        ),
        migrations.AddField(
            model_name='reviewerevent',
            name='assessment',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.assessment', verbose_name='assessment'),
        ),
        migrations.AddField(
            model_name='reviewerevent',
            name='invited_by',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='invited by'),
        ),
        migrations.AddField(
            model_name='reviewerevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='reviewerevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='intake.reviewer'),
        ),
        migrations.AddField(
            model_name='reviewerevent',
            name='user',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person'),
        ),
        migrations.AddField(
            model_name='reviewscore',
            name='criterion',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='intake.criterion', verbose_name='criterion'),
        ),
        migrations.AddField(
            model_name='reviewscore',
            name='reviewer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scores', to='intake.reviewer', verbose_name='reviewer'),
        ),
        migrations.AddField(
            model_name='reviewscoreevent',
            name='criterion',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.criterion', verbose_name='criterion'),
        ),
        migrations.AddField(
            model_name='reviewscoreevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='reviewscoreevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='intake.reviewscore'),
        ),
        migrations.AddField(
            model_name='reviewscoreevent',
            name='reviewer',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.reviewer', verbose_name='reviewer'),
        ),
        migrations.AddField(
            model_name='requesttypeevent',
            name='scoring_model',
            field=models.ForeignKey(blank=True, db_constraint=False, help_text='Offered first when a request of this type is assessed.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.scoringmodel', verbose_name='scoring model'),
        ),
        migrations.AddField(
            model_name='requesttype',
            name='scoring_model',
            field=models.ForeignKey(blank=True, help_text='Offered first when a request of this type is assessed.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='request_types', to='intake.scoringmodel', verbose_name='scoring model'),
        ),
        migrations.AddField(
            model_name='scoringmodelevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='scoringmodelevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='intake.scoringmodel'),
        ),
        migrations.AddField(
            model_name='scoringmodelversion',
            name='model',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='intake.scoringmodel', verbose_name='scoring model'),
        ),
        migrations.AddField(
            model_name='scoringmodelversion',
            name='published_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='published by'),
        ),
        migrations.AddField(
            model_name='requestscore',
            name='model_version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scores', to='intake.scoringmodelversion', verbose_name='version of the scoring model'),
        ),
        migrations.AddField(
            model_name='criteriongroupevent',
            name='model_version',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.scoringmodelversion', verbose_name='version of the scoring model'),
        ),
        migrations.AddField(
            model_name='criteriongroup',
            name='model_version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='groups', to='intake.scoringmodelversion', verbose_name='version of the scoring model'),
        ),
        migrations.AddField(
            model_name='criterionevent',
            name='model_version',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.scoringmodelversion', verbose_name='version of the scoring model'),
        ),
        migrations.AddField(
            model_name='criterion',
            name='model_version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='criteria', to='intake.scoringmodelversion', verbose_name='version of the scoring model'),
        ),
        migrations.AddField(
            model_name='assessmentevent',
            name='model_version',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.scoringmodelversion', verbose_name='version of the scoring model'),
        ),
        migrations.AddField(
            model_name='assessment',
            name='model_version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='intake.scoringmodelversion', verbose_name='version of the scoring model'),
        ),
        migrations.AddField(
            model_name='scoringmodelversionevent',
            name='model',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.scoringmodel', verbose_name='scoring model'),
        ),
        migrations.AddField(
            model_name='scoringmodelversionevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='scoringmodelversionevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='intake.scoringmodelversion'),
        ),
        migrations.AddField(
            model_name='scoringmodelversionevent',
            name='published_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='published by'),
        ),
        migrations.AddField(
            model_name='selectionround',
            name='model_version',
            field=models.ForeignKey(blank=True, help_text='The version of a scoring model whose scores put the requests in order.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rounds', to='intake.scoringmodelversion', verbose_name='scores by'),
        ),
        migrations.AddField(
            model_name='rankedentryevent',
            name='round',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.selectionround', verbose_name='selection round'),
        ),
        migrations.AddField(
            model_name='rankedentry',
            name='round',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='intake.selectionround', verbose_name='selection round'),
        ),
        migrations.AddField(
            model_name='decisionmeetingevent',
            name='round',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.selectionround', verbose_name='selection round'),
        ),
        migrations.AddField(
            model_name='decisionmeeting',
            name='round',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='intake.selectionround', verbose_name='selection round'),
        ),
        migrations.AddField(
            model_name='selectionroundevent',
            name='model_version',
            field=models.ForeignKey(blank=True, db_constraint=False, help_text='The version of a scoring model whose scores put the requests in order.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.scoringmodelversion', verbose_name='scores by'),
        ),
        migrations.AddField(
            model_name='selectionroundevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='selectionroundevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='intake.selectionround'),
        ),
        migrations.AddField(
            model_name='tieringversion',
            name='published_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='published by'),
        ),
        migrations.AddField(
            model_name='tieringversionevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='tieringversionevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='intake.tieringversion'),
        ),
        migrations.AddField(
            model_name='tieringversionevent',
            name='published_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='published by'),
        ),
        migrations.AddField(
            model_name='vote',
            name='item',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='votes', to='intake.agendaitem', verbose_name='agenda item'),
        ),
        migrations.AddField(
            model_name='vote',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='member'),
        ),
        migrations.AddField(
            model_name='voteevent',
            name='item',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.agendaitem', verbose_name='agenda item'),
        ),
        migrations.AddField(
            model_name='voteevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='voteevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='intake.vote'),
        ),
        migrations.AddField(
            model_name='voteevent',
            name='user',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='member'),
        ),
        migrations.AddField(
            model_name='weightinground',
            name='group',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='intake.criteriongroup', verbose_name='group of criteria'),
        ),
        migrations.AddField(
            model_name='weightinground',
            name='model_version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='weightings', to='intake.scoringmodelversion', verbose_name='version of the scoring model'),
        ),
        migrations.AddField(
            model_name='weightinground',
            name='opened_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='opened by'),
        ),
        migrations.AddField(
            model_name='judgeevent',
            name='round',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.weightinground', verbose_name='weighting round'),
        ),
        migrations.AddField(
            model_name='judge',
            name='round',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='judges', to='intake.weightinground', verbose_name='weighting round'),
        ),
        migrations.AddField(
            model_name='weightingroundevent',
            name='group',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.criteriongroup', verbose_name='group of criteria'),
        ),
        migrations.AddField(
            model_name='weightingroundevent',
            name='model_version',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='intake.scoringmodelversion', verbose_name='version of the scoring model'),
        ),
        migrations.AddField(
            model_name='weightingroundevent',
            name='opened_by',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='opened by'),
        ),
        migrations.AddField(
            model_name='weightingroundevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='weightingroundevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='intake.weightinground'),
        ),
        migrations.AddConstraint(
            model_name='caseamount',
            constraint=models.UniqueConstraint(fields=('line', 'year'), name='one_amount_a_year'),
        ),
        migrations.AddConstraint(
            model_name='caseamount',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('high', None), ('low', None)), models.Q(('high__gte', models.F('likely')), ('low__lte', models.F('likely'))), _connector='OR'), name='amount_low_likely_high', violation_error_message='Low must not be above likely, nor likely above high.'),
        ),
        migrations.AddConstraint(
            model_name='caseoption',
            constraint=models.UniqueConstraint(fields=('case', 'name'), name='option_name_once_per_case', violation_error_message='Another option has this name.'),
        ),
        migrations.AddConstraint(
            model_name='caseoption',
            constraint=models.UniqueConstraint(condition=models.Q(('is_preferred', True)), fields=('case',), name='one_preferred_option', violation_error_message='Only one option can be preferred.'),
        ),
        migrations.AddConstraint(
            model_name='caseoption',
            constraint=models.UniqueConstraint(condition=models.Q(('is_do_nothing', True)), fields=('case',), name='one_do_nothing_option', violation_error_message='The case has an option of doing nothing already.'),
        ),
        migrations.AddConstraint(
            model_name='caseline',
            constraint=models.UniqueConstraint(fields=('option', 'name'), name='line_name_once_per_option', violation_error_message='Two lines have the same name.'),
        ),
        migrations.AddConstraint(
            model_name='caseeffort',
            constraint=models.UniqueConstraint(fields=('option', 'role', 'month_on'), name='one_effort_a_month'),
        ),
        migrations.AddConstraint(
            model_name='caseeffort',
            constraint=models.CheckConstraint(condition=models.Q(('hours__gt', 0)), name='effort_above_zero', violation_error_message='Hours are above zero, or left empty.'),
        ),
        migrations.AddConstraint(
            model_name='caseeffort',
            constraint=models.CheckConstraint(condition=models.Q(('month_on__day', 1)), name='effort_on_first_of_month'),
        ),
        migrations.AddConstraint(
            model_name='caserate',
            constraint=models.UniqueConstraint(fields=('case', 'role'), name='one_rate_a_role'),
        ),
        migrations.AddConstraint(
            model_name='caserate',
            constraint=models.CheckConstraint(condition=models.Q(('rate__gte', 0)), name='rate_of_role_not_negative', violation_error_message='A rate is not below zero.'),
        ),
        migrations.AddIndex(
            model_name='charter',
            index=models.Index(condition=models.Q(('made_at', None)), fields=['id'], name='charter_unmade'),
        ),
        migrations.AddIndex(
            model_name='condition',
            index=models.Index(condition=models.Q(('met_at', None)), fields=['owner', 'due_on'], name='condition_open'),
        ),
        migrations.AddConstraint(
            model_name='judgement',
            constraint=models.UniqueConstraint(fields=('judge', 'first', 'second'), name='judgement_once_per_pair'),
        ),
        migrations.AddConstraint(
            model_name='judgement',
            constraint=models.CheckConstraint(condition=models.Q(('position__range', (-8, 8))), name='judgement_on_the_scale', violation_error_message='An answer is a step of the scale from 1/9 to 9.'),
        ),
        migrations.AddConstraint(
            model_name='meetingmember',
            constraint=models.UniqueConstraint(fields=('meeting', 'user'), name='member_once_per_meeting'),
        ),
        migrations.AddConstraint(
            model_name='moderatedscore',
            constraint=models.UniqueConstraint(fields=('assessment', 'criterion'), name='one_moderated_score_a_criterion'),
        ),
        migrations.AddConstraint(
            model_name='moderatedscore',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='moderated_score_has_reason', violation_error_message='Say why the score was changed.'),
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(condition=models.Q(('recorded_at', None)), fields=['id'], name='decision_unrecorded'),
        ),
        migrations.AddConstraint(
            model_name='businesscase',
            constraint=models.CheckConstraint(condition=models.Q(('rate__gt', -100)), name='case_rate_above_minus_100', violation_error_message='The discount rate must be above −100%.'),
        ),
        migrations.AddConstraint(
            model_name='businesscase',
            constraint=models.CheckConstraint(condition=models.Q(('inflation', None), ('inflation__gt', -100), _connector='OR'), name='case_inflation_above_minus_100', violation_error_message='Inflation must be above −100%.'),
        ),
        migrations.AddConstraint(
            model_name='businesscase',
            constraint=models.CheckConstraint(condition=models.Q(('rate_terms', models.F('price_terms')), ('inflation__isnull', False), _connector='OR'), name='case_inflation_where_terms_differ', violation_error_message='Rate and amounts are on different terms: say how high inflation is.'),
        ),
        migrations.AddConstraint(
            model_name='businesscase',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('rate_high', None), ('rate_low', None)), models.Q(('rate_high__gte', models.F('rate')), ('rate_low__gt', -100), ('rate_low__lte', models.F('rate'))), _connector='OR'), name='case_rates_around_the_rate', violation_error_message='The discount rate must lie between the lowest and the highest rate; give both or none.'),
        ),
        migrations.AddConstraint(
            model_name='approvedcase',
            constraint=models.UniqueConstraint(fields=('request', 'number'), name='approved_case_number_once'),
        ),
        migrations.AddConstraint(
            model_name='agendaitem',
            constraint=models.UniqueConstraint(fields=('meeting', 'request'), name='request_once_per_meeting', violation_error_message='The request is on this agenda already.'),
        ),
        migrations.AddIndex(
            model_name='requestmove',
            index=models.Index(fields=['to_state', 'at'], name='request_move_into'),
        ),
        migrations.AddConstraint(
            model_name='requestobjective',
            constraint=models.UniqueConstraint(fields=('request', 'objective'), name='objective_once_per_request', violation_error_message='The request is linked to this objective already.'),
        ),
        migrations.AddConstraint(
            model_name='requestobjective',
            constraint=models.CheckConstraint(condition=models.Q(('weight__range', (1, 100))), name='request_objective_weight_percent', violation_error_message='A weight is 1 to 100%.'),
        ),
        migrations.AddConstraint(
            model_name='requestparty',
            constraint=models.UniqueConstraint(condition=models.Q(('user__isnull', False)), fields=('request', 'part', 'user'), name='party_once'),
        ),
        migrations.AddConstraint(
            model_name='requestparty',
            constraint=models.UniqueConstraint(condition=models.Q(('user', None)), fields=('request', 'part', 'email'), name='party_once_by_email'),
        ),
        migrations.AddIndex(
            model_name='request',
            index=django.contrib.postgres.indexes.GinIndex(fields=['search'], name='request_search'),
        ),
        migrations.AddIndex(
            model_name='request',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('title'), name='gin_trgm_ops'), name='request_title_trigram'),
        ),
        migrations.AddIndex(
            model_name='request',
            index=models.Index(fields=['state', 'moved_at'], name='request_queue'),
        ),
        migrations.AddConstraint(
            model_name='request',
            constraint=models.CheckConstraint(condition=models.Q(('currency__regex', '^[A-Z]{3}$')), name='request_currency_code', violation_error_message='A currency is three capital letters, such as GBP.'),
        ),
        migrations.AddConstraint(
            model_name='request',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'converted'), ('project', None), _connector='OR'), name='request_project_when_converted'),
        ),
        migrations.AddConstraint(
            model_name='request',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into', models.F('pk')), _negated=True), name='request_not_merged_into_itself', violation_error_message='A request cannot be merged into itself.'),
        ),
        migrations.AddConstraint(
            model_name='formversion',
            constraint=models.UniqueConstraint(fields=('type', 'number'), name='form_version_once'),
        ),
        migrations.AddIndex(
            model_name='reviewer',
            index=models.Index(condition=models.Q(('submitted_at', None), ('withdrawn_at', None)), fields=['user'], name='reviewer_open'),
        ),
        migrations.AddConstraint(
            model_name='reviewer',
            constraint=models.UniqueConstraint(fields=('assessment', 'user'), name='reviewer_once_per_assessment', violation_error_message='This person was invited already.'),
        ),
        migrations.AddConstraint(
            model_name='reviewscore',
            constraint=models.UniqueConstraint(fields=('reviewer', 'criterion'), name='one_score_a_criterion'),
        ),
        migrations.AddConstraint(
            model_name='scoringmodelversion',
            constraint=models.UniqueConstraint(fields=('model', 'number'), name='scoring_version_once'),
        ),
        migrations.AddConstraint(
            model_name='scoringmodelversion',
            constraint=models.UniqueConstraint(condition=models.Q(('published_at', None)), fields=('model',), name='scoring_one_draft', violation_error_message='This model has a draft already: go on with that one.'),
        ),
        migrations.AddConstraint(
            model_name='scoringmodelversion',
            constraint=models.CheckConstraint(condition=models.Q(('disputed_from__gt', 0), ('disputed_from__lte', 10)), name='scoring_disputed_points', violation_error_message='Disagreement begins between 0.1 and 10 points.'),
        ),
        migrations.AddIndex(
            model_name='requestscore',
            index=models.Index(fields=['model_version', '-percent'], name='score_ranked'),
        ),
        migrations.AddConstraint(
            model_name='requestscore',
            constraint=models.UniqueConstraint(fields=('request', 'model_version'), name='score_once_per_version'),
        ),
        migrations.AddConstraint(
            model_name='requestscore',
            constraint=models.CheckConstraint(condition=models.Q(('percent', None), ('percent__range', (0, 100)), _connector='OR'), name='score_is_percent'),
        ),
        migrations.AddConstraint(
            model_name='criteriongroup',
            constraint=models.UniqueConstraint(fields=('model_version', 'key'), name='group_key_once', violation_error_message='There is a group of this name already.'),
        ),
        migrations.AddConstraint(
            model_name='criteriongroup',
            constraint=models.CheckConstraint(condition=models.Q(('weight__gte', 0)), name='group_weight_not_negative', violation_error_message='A weight is not below zero.'),
        ),
        migrations.AddConstraint(
            model_name='criterion',
            constraint=models.UniqueConstraint(fields=('model_version', 'key'), name='criterion_key_once', violation_error_message='There is a criterion of this name already.'),
        ),
        migrations.AddConstraint(
            model_name='criterion',
            constraint=models.CheckConstraint(condition=models.Q(('weight__gte', 0)), name='criterion_weight_not_negative', violation_error_message='A weight is not below zero.'),
        ),
        migrations.AddConstraint(
            model_name='criterion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('method', 'anchors'), _negated=True), models.Q(('at_ten__isnull', False), ('at_zero__isnull', False), models.Q(('at_zero', models.F('at_ten')), _negated=True)), _connector='OR'), name='criterion_two_anchors', violation_error_message='Give two different values: one that gets 0 points and one that gets 10.'),
        ),
        migrations.AddConstraint(
            model_name='criterion',
            constraint=models.CheckConstraint(condition=models.Q(('method', 'min_max'), ('must_meet', True), _negated=True), name='criterion_must_meet_is_absolute', violation_error_message='A criterion that is relative to the other requests cannot be a must: choose levels or two fixed values.'),
        ),
        migrations.AddConstraint(
            model_name='criterion',
            constraint=models.CheckConstraint(condition=models.Q(('minimum__range', (0, 10))), name='criterion_minimum_points', violation_error_message='The least points lie between 0 and 10.'),
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=models.UniqueConstraint(fields=('request', 'model_version'), name='assessment_once_per_version', violation_error_message='The request is assessed by this version of the model already.'),
        ),
        migrations.AddConstraint(
            model_name='assessment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('phase', 'open'), ('revealed_at', None)), models.Q(models.Q(('phase', 'open'), _negated=True), models.Q(('revealed_at', None), _negated=True)), _connector='OR'), name='assessment_revealed_at'),
        ),
        migrations.AddConstraint(
            model_name='selectionround',
            constraint=models.CheckConstraint(condition=models.Q(('currency__regex', '^[A-Z]{3}$')), name='round_currency_code', violation_error_message='A currency is three capital letters, such as GBP.'),
        ),
        migrations.AddConstraint(
            model_name='selectionround',
            constraint=models.CheckConstraint(condition=models.Q(('funding', None), ('funding__gte', 0), _connector='OR'), name='round_funding_not_negative', violation_error_message='The funding line is not below zero.'),
        ),
        migrations.AddConstraint(
            model_name='rankedentry',
            constraint=models.UniqueConstraint(fields=('round', 'request'), name='request_once_per_round', violation_error_message='The request is in this round already.'),
        ),
        migrations.AddConstraint(
            model_name='rankedentry',
            constraint=models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('round', 'position'), name='place_once_per_round'),
        ),
        migrations.AddConstraint(
            model_name='vote',
            constraint=models.UniqueConstraint(fields=('item', 'user'), name='one_vote_a_member'),
        ),
        migrations.AddIndex(
            model_name='judge',
            index=models.Index(condition=models.Q(('submitted_at', None), ('withdrawn_at', None)), fields=['user'], name='judge_open'),
        ),
        migrations.AddConstraint(
            model_name='judge',
            constraint=models.UniqueConstraint(fields=('round', 'user'), name='judge_once_per_round', violation_error_message='This person judges in this round already.'),
        ),
        migrations.AddConstraint(
            model_name='judge',
            constraint=models.CheckConstraint(condition=models.Q(('weight__gt', 0)), name='judge_weight_positive', violation_error_message='The weight of a voice is above zero.'),
        ),
        core.triggers.AddTriggers(
            triggers=[('scoringmodel', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_scoringmodelevent" ("created_at", "description", "id", "is_active", "kind", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at", "version") VALUES (NEW."created_at", NEW."description", NEW."id", NEW."is_active", NEW."kind", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."updated_at", NEW."version"); RETURN NULL;', hash='f2d4a3a8c9fc9d5ff3c13858bf0d3547de80ecb7', operation='INSERT', pgid='pgtrigger_insert_insert_1c1ff', table='intake_scoringmodel', when='AFTER'))), ('scoringmodel', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_scoringmodelevent" ("created_at", "description", "id", "is_active", "kind", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at", "version") VALUES (NEW."created_at", NEW."description", NEW."id", NEW."is_active", NEW."kind", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."updated_at", NEW."version"); RETURN NULL;', hash='1129ce6d7557f0b2c367ac2fa0cf8c126733e9d5', operation='UPDATE', pgid='pgtrigger_update_update_a81f3', table='intake_scoringmodel', when='AFTER'))), ('scoringmodel', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_scoringmodelevent" ("created_at", "description", "id", "is_active", "kind", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at", "version") VALUES (OLD."created_at", OLD."description", OLD."id", OLD."is_active", OLD."kind", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."updated_at", OLD."version"); RETURN NULL;', hash='e292f0b2b6879e0f3ea36949471691c8002e904a', operation='DELETE', pgid='pgtrigger_delete_delete_0294a', table='intake_scoringmodel', when='AFTER'))), ('caseamountevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5f51bc624080a77f470d74bbe89ce698c6a42ac6', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_d9295', table='intake_caseamountevent', when='BEFORE'))), ('caseamount', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_caseamountevent" ("high", "id", "likely", "line_id", "low", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "year") VALUES (NEW."high", NEW."id", NEW."likely", NEW."line_id", NEW."low", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."year"); RETURN NULL;', hash='f1ccf65cb246e90883a193664761cb04b261bccb', operation='INSERT', pgid='pgtrigger_insert_insert_2e753', table='intake_caseamount', when='AFTER'))), ('caseamount', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_caseamountevent" ("high", "id", "likely", "line_id", "low", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "year") VALUES (NEW."high", NEW."id", NEW."likely", NEW."line_id", NEW."low", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."year"); RETURN NULL;', hash='95cf65cdd1999bff070b6204e310921d526a6a67', operation='UPDATE', pgid='pgtrigger_update_update_f53f7', table='intake_caseamount', when='AFTER'))), ('caseamount', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_caseamountevent" ("high", "id", "likely", "line_id", "low", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "year") VALUES (OLD."high", OLD."id", OLD."likely", OLD."line_id", OLD."low", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."year"); RETURN NULL;', hash='7a70819c76865ea89b2d289d273a82d6049ce672', operation='DELETE', pgid='pgtrigger_delete_delete_02640', table='intake_caseamount', when='AFTER'))), ('caseoption', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_caseoptionevent" ("case_id", "created_at", "description", "id", "is_do_nothing", "is_preferred", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "updated_at", "version") VALUES (NEW."case_id", NEW."created_at", NEW."description", NEW."id", NEW."is_do_nothing", NEW."is_preferred", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."updated_at", NEW."version"); RETURN NULL;', hash='3fbf3b2762c2f98b6873fee18880d7e0830690f1', operation='INSERT', pgid='pgtrigger_insert_insert_d2695', table='intake_caseoption', when='AFTER'))), ('caseoption', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_caseoptionevent" ("case_id", "created_at", "description", "id", "is_do_nothing", "is_preferred", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "updated_at", "version") VALUES (NEW."case_id", NEW."created_at", NEW."description", NEW."id", NEW."is_do_nothing", NEW."is_preferred", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."updated_at", NEW."version"); RETURN NULL;', hash='3688381df1773920ff9f72011e6cb3caefec8946', operation='UPDATE', pgid='pgtrigger_update_update_ba4b1', table='intake_caseoption', when='AFTER'))), ('caseoption', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_caseoptionevent" ("case_id", "created_at", "description", "id", "is_do_nothing", "is_preferred", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "updated_at", "version") VALUES (OLD."case_id", OLD."created_at", OLD."description", OLD."id", OLD."is_do_nothing", OLD."is_preferred", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."position", OLD."updated_at", OLD."version"); RETURN NULL;', hash='635130708b66e7ad4f03a22b114eb3c7d6c421eb', operation='DELETE', pgid='pgtrigger_delete_delete_adc5c', table='intake_caseoption', when='AFTER'))), ('caselineevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='617f8d3d1715380fb653f914c9ff33e86c6841a1', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_0cd0b', table='intake_caselineevent', when='BEFORE'))), ('caseline', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_caselineevent" ("group", "id", "is_cashable", "kind", "name", "option_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position") VALUES (NEW."group", NEW."id", NEW."is_cashable", NEW."kind", NEW."name", NEW."option_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position"); RETURN NULL;', hash='1af7834c6e70769d80ffe0ba209a0072368d645a', operation='INSERT', pgid='pgtrigger_insert_insert_03d9d', table='intake_caseline', when='AFTER'))), ('caseline', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_caselineevent" ("group", "id", "is_cashable", "kind", "name", "option_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position") VALUES (NEW."group", NEW."id", NEW."is_cashable", NEW."kind", NEW."name", NEW."option_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position"); RETURN NULL;', hash='9d98471638e4914eddc1842da46197138af60d8e', operation='UPDATE', pgid='pgtrigger_update_update_e7931', table='intake_caseline', when='AFTER'))), ('caseline', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_caselineevent" ("group", "id", "is_cashable", "kind", "name", "option_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position") VALUES (OLD."group", OLD."id", OLD."is_cashable", OLD."kind", OLD."name", OLD."option_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."position"); RETURN NULL;', hash='561c50fdd81f1742e93ef6f0510f4e01f682c46c', operation='DELETE', pgid='pgtrigger_delete_delete_e2ea2', table='intake_caseline', when='AFTER'))), ('caseeffortevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='fe8bd0e5bcab4000d0dd052e462db0037347a852', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_b82fc', table='intake_caseeffortevent', when='BEFORE'))), ('caseeffort', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_caseeffortevent" ("hours", "id", "month_on", "option_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role") VALUES (NEW."hours", NEW."id", NEW."month_on", NEW."option_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."role"); RETURN NULL;', hash='c46a5aa131adeb39e3edc9e17219f04ea69bb50d', operation='INSERT', pgid='pgtrigger_insert_insert_71125', table='intake_caseeffort', when='AFTER'))), ('caseeffort', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_caseeffortevent" ("hours", "id", "month_on", "option_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role") VALUES (NEW."hours", NEW."id", NEW."month_on", NEW."option_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."role"); RETURN NULL;', hash='325feaea317b69f4d126046e4ca041c5f61b2aba', operation='UPDATE', pgid='pgtrigger_update_update_c6f4c', table='intake_caseeffort', when='AFTER'))), ('caseeffort', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_caseeffortevent" ("hours", "id", "month_on", "option_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role") VALUES (OLD."hours", OLD."id", OLD."month_on", OLD."option_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."role"); RETURN NULL;', hash='022055619f6f0480b04471e58ff2461269aeb9a9', operation='DELETE', pgid='pgtrigger_delete_delete_25dbc', table='intake_caseeffort', when='AFTER'))), ('caseoptionevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='86ba0412c1ca4c3613ddf726d4d2a4dd2219dfa3', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_fbf9d', table='intake_caseoptionevent', when='BEFORE'))), ('caserate', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_caserateevent" ("case_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rate", "role") VALUES (NEW."case_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."rate", NEW."role"); RETURN NULL;', hash='b5cee6f8678c7e6e163b95e64f786869920f5780', operation='INSERT', pgid='pgtrigger_insert_insert_9b79c', table='intake_caserate', when='AFTER'))), ('caserate', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_caserateevent" ("case_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rate", "role") VALUES (NEW."case_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."rate", NEW."role"); RETURN NULL;', hash='28b5e353256a077e88bdbde7a43a92cfd410970c', operation='UPDATE', pgid='pgtrigger_update_update_d89cc', table='intake_caserate', when='AFTER'))), ('caserate', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_caserateevent" ("case_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rate", "role") VALUES (OLD."case_id", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."rate", OLD."role"); RETURN NULL;', hash='f1f00ba3d8ebcd74f294af2d0325bd8ff3bbb9b1', operation='DELETE', pgid='pgtrigger_delete_delete_1767a', table='intake_caserate', when='AFTER'))), ('caserateevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='64558075d4342c14355ae433810b99fee9d3d2ad', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_4b61f', table='intake_caserateevent', when='BEFORE'))), ('charterevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='af736e504d738eb270664c4bba2709f6b7eb7f9c', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_29aab', table='intake_charterevent', when='BEFORE'))), ('charter', pgtrigger.compiler.Trigger(name='freeze_made', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."made_at" IS NOT NULL)', func="RAISE EXCEPTION 'A charter is never changed.';", hash='03c6bbb7fbe37ef16948966525e42688413848d0', operation='UPDATE OR DELETE', pgid='pgtrigger_freeze_made_d49fa', table='intake_charter', when='BEFORE'))), ('charter', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_charterevent" ("asked_at", "conversion_id", "failure", "file", "id", "made_at", "pages", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sha256") VALUES (NEW."asked_at", NEW."conversion_id", NEW."failure", NEW."file", NEW."id", NEW."made_at", NEW."pages", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."sha256"); RETURN NULL;', hash='0a1c3182f1e6dceb484f64a84d0a6eeb05dac60c', operation='INSERT', pgid='pgtrigger_insert_insert_bef3f', table='intake_charter', when='AFTER'))), ('charter', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_charterevent" ("asked_at", "conversion_id", "failure", "file", "id", "made_at", "pages", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sha256") VALUES (NEW."asked_at", NEW."conversion_id", NEW."failure", NEW."file", NEW."id", NEW."made_at", NEW."pages", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."sha256"); RETURN NULL;', hash='7c6789d54c45d51c3b962ebfeddb4cf6b96ae908', operation='UPDATE', pgid='pgtrigger_update_update_f35e0', table='intake_charter', when='AFTER'))), ('charter', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_charterevent" ("asked_at", "conversion_id", "failure", "file", "id", "made_at", "pages", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sha256") VALUES (OLD."asked_at", OLD."conversion_id", OLD."failure", OLD."file", OLD."id", OLD."made_at", OLD."pages", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."sha256"); RETURN NULL;', hash='24759ec90586c599f4247bbdd1d835da7ddc02f3', operation='DELETE', pgid='pgtrigger_delete_delete_c56b8', table='intake_charter', when='AFTER'))), ('conditionevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='0bb5e25043185c8cc4ae1cd5e12cc8480058e735', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_dbe1e', table='intake_conditionevent', when='BEFORE'))), ('condition', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_conditionevent" ("created_at", "decision_id", "due_on", "id", "met_at", "met_by_id", "note", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "text", "updated_at", "version") VALUES (NEW."created_at", NEW."decision_id", NEW."due_on", NEW."id", NEW."met_at", NEW."met_by_id", NEW."note", NEW."owner_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."text", NEW."updated_at", NEW."version"); RETURN NULL;', hash='975c498cffddcc17ed572f3822c3a7f5e990349c', operation='INSERT', pgid='pgtrigger_insert_insert_cb8ff', table='intake_condition', when='AFTER'))), ('condition', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_conditionevent" ("created_at", "decision_id", "due_on", "id", "met_at", "met_by_id", "note", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "text", "updated_at", "version") VALUES (NEW."created_at", NEW."decision_id", NEW."due_on", NEW."id", NEW."met_at", NEW."met_by_id", NEW."note", NEW."owner_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."text", NEW."updated_at", NEW."version"); RETURN NULL;', hash='d83ada6da60f555d516f145130e1e3705913c5cd', operation='UPDATE', pgid='pgtrigger_update_update_c17b9', table='intake_condition', when='AFTER'))), ('condition', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_conditionevent" ("created_at", "decision_id", "due_on", "id", "met_at", "met_by_id", "note", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "text", "updated_at", "version") VALUES (OLD."created_at", OLD."decision_id", OLD."due_on", OLD."id", OLD."met_at", OLD."met_by_id", OLD."note", OLD."owner_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."text", OLD."updated_at", OLD."version"); RETURN NULL;', hash='dde5b05b5ab6a9e405e93ea4a3ad66bcfe85d0af', operation='DELETE', pgid='pgtrigger_delete_delete_d0a30', table='intake_condition', when='AFTER'))), ('judgement', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_judgementevent" ("comment", "first", "id", "judge_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "second") VALUES (NEW."comment", NEW."first", NEW."id", NEW."judge_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."second"); RETURN NULL;', hash='bddd1ac82015c91ac3a83fd763ec2c4fb6dc89ee', operation='INSERT', pgid='pgtrigger_insert_insert_15709', table='intake_judgement', when='AFTER'))), ('judgement', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_judgementevent" ("comment", "first", "id", "judge_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "second") VALUES (NEW."comment", NEW."first", NEW."id", NEW."judge_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."second"); RETURN NULL;', hash='6b5f6129f572d8848af25c8f35a92cf69b2f3c7d', operation='UPDATE', pgid='pgtrigger_update_update_78065', table='intake_judgement', when='AFTER'))), ('judgement', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_judgementevent" ("comment", "first", "id", "judge_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "second") VALUES (OLD."comment", OLD."first", OLD."id", OLD."judge_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."position", OLD."second"); RETURN NULL;', hash='f532b7b874ba67003a32c4ca0181e19d518bf977', operation='DELETE', pgid='pgtrigger_delete_delete_edba0', table='intake_judgement', when='AFTER'))), ('judgementevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='15c47786a60b892d8dec9026acda896a13cd77ff', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_9fccb', table='intake_judgementevent', when='BEFORE'))), ('meetingmember', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_meetingmemberevent" ("id", "meeting_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (NEW."id", NEW."meeting_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."user_id"); RETURN NULL;', hash='817dff2727a60f2044fca577df6e5790d87cd71f', operation='INSERT', pgid='pgtrigger_insert_insert_f6375', table='intake_meetingmember', when='AFTER'))), ('meetingmember', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_meetingmemberevent" ("id", "meeting_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (NEW."id", NEW."meeting_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."user_id"); RETURN NULL;', hash='433f591e679014872b1a9f26f8d13f4029ea918b', operation='UPDATE', pgid='pgtrigger_update_update_0f923', table='intake_meetingmember', when='AFTER'))), ('meetingmember', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_meetingmemberevent" ("id", "meeting_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (OLD."id", OLD."meeting_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."user_id"); RETURN NULL;', hash='83906f444f0e580d7333e2f450fae3836cf66e07', operation='DELETE', pgid='pgtrigger_delete_delete_afe21', table='intake_meetingmember', when='AFTER'))), ('meetingmemberevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='cbed6ef0982d5551d5489004b9a7b84217df109a', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_b49d7', table='intake_meetingmemberevent', when='BEFORE'))), ('moderatedscore', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_moderatedscoreevent" ("assessment_id", "at", "by_id", "criterion_id", "id", "measure", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason") VALUES (NEW."assessment_id", NEW."at", NEW."by_id", NEW."criterion_id", NEW."id", NEW."measure", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason"); RETURN NULL;', hash='d9bb5e7d6f466b608df2cbc7d07a997156646b79', operation='INSERT', pgid='pgtrigger_insert_insert_0b78a', table='intake_moderatedscore', when='AFTER'))), ('moderatedscore', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_moderatedscoreevent" ("assessment_id", "at", "by_id", "criterion_id", "id", "measure", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason") VALUES (NEW."assessment_id", NEW."at", NEW."by_id", NEW."criterion_id", NEW."id", NEW."measure", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason"); RETURN NULL;', hash='91db658099d8c0812acdae9dcbebbe1585fcaa96', operation='UPDATE', pgid='pgtrigger_update_update_db02c', table='intake_moderatedscore', when='AFTER'))), ('moderatedscore', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_moderatedscoreevent" ("assessment_id", "at", "by_id", "criterion_id", "id", "measure", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason") VALUES (OLD."assessment_id", OLD."at", OLD."by_id", OLD."criterion_id", OLD."id", OLD."measure", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reason"); RETURN NULL;', hash='264d5e481a2c71a218a05254032f1b335ae5bff6', operation='DELETE', pgid='pgtrigger_delete_delete_b8335', table='intake_moderatedscore', when='AFTER'))), ('moderatedscoreevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='42b275c0d40f5f0035cc66ad3413abac41a23933', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_dfade', table='intake_moderatedscoreevent', when='BEFORE'))), ('openingriskevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='70b2656aa7cb941175ea2f9e08b9dfab39b4b5f8', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_64801', table='intake_openingriskevent', when='BEFORE'))), ('openingrisk', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_openingriskevent" ("cause", "effect", "event", "id", "impact", "likelihood", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "project_id", "request_id", "taken_over_at") VALUES (NEW."cause", NEW."effect", NEW."event", NEW."id", NEW."impact", NEW."likelihood", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."project_id", NEW."request_id", NEW."taken_over_at"); RETURN NULL;', hash='daa5430bca2a93e7fbf919dc7cc4d94c3956d73b', operation='INSERT', pgid='pgtrigger_insert_insert_072ef', table='intake_openingrisk', when='AFTER'))), ('openingrisk', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_openingriskevent" ("cause", "effect", "event", "id", "impact", "likelihood", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "project_id", "request_id", "taken_over_at") VALUES (NEW."cause", NEW."effect", NEW."event", NEW."id", NEW."impact", NEW."likelihood", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."project_id", NEW."request_id", NEW."taken_over_at"); RETURN NULL;', hash='69afcf5303f5ce0b567c5338e05542fd18ded072', operation='UPDATE', pgid='pgtrigger_update_update_58caa', table='intake_openingrisk', when='AFTER'))), ('openingrisk', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_openingriskevent" ("cause", "effect", "event", "id", "impact", "likelihood", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "project_id", "request_id", "taken_over_at") VALUES (OLD."cause", OLD."effect", OLD."event", OLD."id", OLD."impact", OLD."likelihood", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."position", OLD."project_id", OLD."request_id", OLD."taken_over_at"); RETURN NULL;', hash='e554918956ecd7acd5d5721335c328629efd0ec2', operation='DELETE', pgid='pgtrigger_delete_delete_8c948', table='intake_openingrisk', when='AFTER'))), ('decisionevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='29f6ee5dc2a42da0ff2cf66b247e97a6c06ac503', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_79847', table='intake_decisionevent', when='BEFORE'))), ('decision', pgtrigger.compiler.Trigger(name='freeze_decision', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    IF TG_OP = 'UPDATE' AND OLD.recorded_at IS NULL\n                       AND to_jsonb(NEW) - '{record,sha256,recorded_at,failure}'::text[]\n                         = to_jsonb(OLD) - '{record,sha256,recorded_at,failure}'::text[]\n                    THEN RETURN NEW; END IF;\n                    RAISE EXCEPTION 'A decision is never changed: take another one.';\n                ", hash='65fc596a7fcc0fb9a639ad06db4cc499ff81e6ce', operation='UPDATE OR DELETE', pgid='pgtrigger_freeze_decision_0ed27', table='intake_decision', when='BEFORE'))), ('decision', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_decisionevent" ("basis", "decided_at", "decided_by_id", "failure", "id", "item_id", "letter", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "record", "recorded_at", "request_id", "sha256", "until_on") VALUES (NEW."basis", NEW."decided_at", NEW."decided_by_id", NEW."failure", NEW."id", NEW."item_id", NEW."letter", NEW."outcome", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."record", NEW."recorded_at", NEW."request_id", NEW."sha256", NEW."until_on"); RETURN NULL;', hash='976e9c2403de182bc9bbe89c84a3074e5eab8962', operation='INSERT', pgid='pgtrigger_insert_insert_bcbb8', table='intake_decision', when='AFTER'))), ('decision', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_decisionevent" ("basis", "decided_at", "decided_by_id", "failure", "id", "item_id", "letter", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "record", "recorded_at", "request_id", "sha256", "until_on") VALUES (NEW."basis", NEW."decided_at", NEW."decided_by_id", NEW."failure", NEW."id", NEW."item_id", NEW."letter", NEW."outcome", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."record", NEW."recorded_at", NEW."request_id", NEW."sha256", NEW."until_on"); RETURN NULL;', hash='b38b5ba3437719f36bfeb53b33b566daf4e4b9f3', operation='UPDATE', pgid='pgtrigger_update_update_30597', table='intake_decision', when='AFTER'))), ('decision', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_decisionevent" ("basis", "decided_at", "decided_by_id", "failure", "id", "item_id", "letter", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "record", "recorded_at", "request_id", "sha256", "until_on") VALUES (OLD."basis", OLD."decided_at", OLD."decided_by_id", OLD."failure", OLD."id", OLD."item_id", OLD."letter", OLD."outcome", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reason", OLD."record", OLD."recorded_at", OLD."request_id", OLD."sha256", OLD."until_on"); RETURN NULL;', hash='371ae975f44ec576e36d3d63ddc962d5a27ba8f8', operation='DELETE', pgid='pgtrigger_delete_delete_6349e', table='intake_decision', when='AFTER'))), ('conversionevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='2448547684f8a1f31293ec0aa68c56bbc4c729bb', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_9581b', table='intake_conversionevent', when='BEFORE'))), ('conversion', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='15ac53277561dc12d5c34dc4b71262daf2decc48', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_9b182', table='intake_conversion', when='BEFORE'))), ('conversion', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_conversionevent" ("approved_case_id", "converted_at", "converted_by_id", "document", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "request_id", "template_id", "tier") VALUES (NEW."approved_case_id", NEW."converted_at", NEW."converted_by_id", NEW."document", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."project_id", NEW."request_id", NEW."template_id", NEW."tier"); RETURN NULL;', hash='5c11234cc98b951bc25323ed27c2e2dde3ba3823', operation='INSERT', pgid='pgtrigger_insert_insert_ce05b', table='intake_conversion', when='AFTER'))), ('conversion', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_conversionevent" ("approved_case_id", "converted_at", "converted_by_id", "document", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "request_id", "template_id", "tier") VALUES (NEW."approved_case_id", NEW."converted_at", NEW."converted_by_id", NEW."document", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."project_id", NEW."request_id", NEW."template_id", NEW."tier"); RETURN NULL;', hash='c10e2ba0c8ff5d979647574c3a1274ed4f33371a', operation='UPDATE', pgid='pgtrigger_update_update_3e761', table='intake_conversion', when='AFTER'))), ('conversion', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_conversionevent" ("approved_case_id", "converted_at", "converted_by_id", "document", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "request_id", "template_id", "tier") VALUES (OLD."approved_case_id", OLD."converted_at", OLD."converted_by_id", OLD."document", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."project_id", OLD."request_id", OLD."template_id", OLD."tier"); RETURN NULL;', hash='4ad6ae1b969f4d457d0fb63c30d96971dfa1ed19', operation='DELETE', pgid='pgtrigger_delete_delete_eab07', table='intake_conversion', when='AFTER'))), ('businesscaseevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='ebfd46f0cbe7a59951bb7c2466d456684d6e1b82', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_0da71', table='intake_businesscaseevent', when='BEFORE'))), ('businesscase', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_businesscaseevent" ("base_year", "counts_effort", "created_at", "draws", "first_month", "id", "inflation", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "price_terms", "rate", "rate_high", "rate_low", "rate_terms", "request_id", "risk_of_doing", "risk_of_not_doing", "seed", "shape", "summary", "tax_note", "updated_at", "version", "years") VALUES (NEW."base_year", NEW."counts_effort", NEW."created_at", NEW."draws", NEW."first_month", NEW."id", NEW."inflation", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."price_terms", NEW."rate", NEW."rate_high", NEW."rate_low", NEW."rate_terms", NEW."request_id", NEW."risk_of_doing", NEW."risk_of_not_doing", NEW."seed", NEW."shape", NEW."summary", NEW."tax_note", NEW."updated_at", NEW."version", NEW."years"); RETURN NULL;', hash='8b1ad2ac4f25de30816656d9bfe630671538b55f', operation='INSERT', pgid='pgtrigger_insert_insert_023a6', table='intake_businesscase', when='AFTER'))), ('businesscase', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_businesscaseevent" ("base_year", "counts_effort", "created_at", "draws", "first_month", "id", "inflation", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "price_terms", "rate", "rate_high", "rate_low", "rate_terms", "request_id", "risk_of_doing", "risk_of_not_doing", "seed", "shape", "summary", "tax_note", "updated_at", "version", "years") VALUES (NEW."base_year", NEW."counts_effort", NEW."created_at", NEW."draws", NEW."first_month", NEW."id", NEW."inflation", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."price_terms", NEW."rate", NEW."rate_high", NEW."rate_low", NEW."rate_terms", NEW."request_id", NEW."risk_of_doing", NEW."risk_of_not_doing", NEW."seed", NEW."shape", NEW."summary", NEW."tax_note", NEW."updated_at", NEW."version", NEW."years"); RETURN NULL;', hash='3bff8c0adb2be28f032c92d43faa9b4f48cd4f3d', operation='UPDATE', pgid='pgtrigger_update_update_84e71', table='intake_businesscase', when='AFTER'))), ('businesscase', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_businesscaseevent" ("base_year", "counts_effort", "created_at", "draws", "first_month", "id", "inflation", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "price_terms", "rate", "rate_high", "rate_low", "rate_terms", "request_id", "risk_of_doing", "risk_of_not_doing", "seed", "shape", "summary", "tax_note", "updated_at", "version", "years") VALUES (OLD."base_year", OLD."counts_effort", OLD."created_at", OLD."draws", OLD."first_month", OLD."id", OLD."inflation", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."price_terms", OLD."rate", OLD."rate_high", OLD."rate_low", OLD."rate_terms", OLD."request_id", OLD."risk_of_doing", OLD."risk_of_not_doing", OLD."seed", OLD."shape", OLD."summary", OLD."tax_note", OLD."updated_at", OLD."version", OLD."years"); RETURN NULL;', hash='60b5fd3baa5f0c1656286eac60878b1ef51d5884', operation='DELETE', pgid='pgtrigger_delete_delete_c2140', table='intake_businesscase', when='AFTER'))), ('approvedcaseevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='24a22a33da4bbca3cceb567023f0c42fd3afb801', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_5894e', table='intake_approvedcaseevent', when='BEFORE'))), ('approvedcase', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='af25ceca3d5824e9f5e71afaedc2469398eb1ed4', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_9a43f', table='intake_approvedcase', when='BEFORE'))), ('approvedcase', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_approvedcaseevent" ("benefit", "cost", "currency", "document", "frozen_at", "frozen_by_id", "id", "last_year", "npv", "number", "option", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "request_id") VALUES (NEW."benefit", NEW."cost", NEW."currency", NEW."document", NEW."frozen_at", NEW."frozen_by_id", NEW."id", NEW."last_year", NEW."npv", NEW."number", NEW."option", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."request_id"); RETURN NULL;', hash='1e7993b1258bb0768efa8ae2cb863804fd0e7654', operation='INSERT', pgid='pgtrigger_insert_insert_1b56b', table='intake_approvedcase', when='AFTER'))), ('approvedcase', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_approvedcaseevent" ("benefit", "cost", "currency", "document", "frozen_at", "frozen_by_id", "id", "last_year", "npv", "number", "option", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "request_id") VALUES (NEW."benefit", NEW."cost", NEW."currency", NEW."document", NEW."frozen_at", NEW."frozen_by_id", NEW."id", NEW."last_year", NEW."npv", NEW."number", NEW."option", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."request_id"); RETURN NULL;', hash='019397436f01c5465e11370316c0bcee06ccc161', operation='UPDATE', pgid='pgtrigger_update_update_dd4f1', table='intake_approvedcase', when='AFTER'))), ('approvedcase', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_approvedcaseevent" ("benefit", "cost", "currency", "document", "frozen_at", "frozen_by_id", "id", "last_year", "npv", "number", "option", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "request_id") VALUES (OLD."benefit", OLD."cost", OLD."currency", OLD."document", OLD."frozen_at", OLD."frozen_by_id", OLD."id", OLD."last_year", OLD."npv", OLD."number", OLD."option", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."request_id"); RETURN NULL;', hash='b8f3b1befb726280692e97f07f57e35e1b49abcb', operation='DELETE', pgid='pgtrigger_delete_delete_0bd3a', table='intake_approvedcase', when='AFTER'))), ('agendaitemevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7fea8ff10a3227cd184664862c128258600e93e4', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_12b3f', table='intake_agendaitemevent', when='BEFORE'))), ('agendaitem', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_agendaitemevent" ("id", "meeting_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "request_id") VALUES (NEW."id", NEW."meeting_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."request_id"); RETURN NULL;', hash='474861dfc262dac0f6d33bcb2e47b4ce5741938e', operation='INSERT', pgid='pgtrigger_insert_insert_916b9', table='intake_agendaitem', when='AFTER'))), ('agendaitem', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_agendaitemevent" ("id", "meeting_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "request_id") VALUES (NEW."id", NEW."meeting_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."request_id"); RETURN NULL;', hash='270a543f77b4db3d2d5a239e6f361f1f6eb1545a', operation='UPDATE', pgid='pgtrigger_update_update_25756', table='intake_agendaitem', when='AFTER'))), ('agendaitem', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_agendaitemevent" ("id", "meeting_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "request_id") VALUES (OLD."id", OLD."meeting_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."position", OLD."request_id"); RETURN NULL;', hash='0b49aa8ab8ba81319fee6dcef9ecb4afeab58b71', operation='DELETE', pgid='pgtrigger_delete_delete_a485c', table='intake_agendaitem', when='AFTER'))), ('requestmove', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f3cf5200405e1a44de33f51ca958553a6ab99a20', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_d3e79', table='intake_requestmove', when='BEFORE'))), ('requestmove', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_requestmoveevent" ("at", "by_id", "from_state", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "request_id", "to_state") VALUES (NEW."at", NEW."by_id", NEW."from_state", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."request_id", NEW."to_state"); RETURN NULL;', hash='ce7125e664939558882c92437010987e1f07b976', operation='INSERT', pgid='pgtrigger_insert_insert_db10f', table='intake_requestmove', when='AFTER'))), ('requestmove', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_requestmoveevent" ("at", "by_id", "from_state", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "request_id", "to_state") VALUES (NEW."at", NEW."by_id", NEW."from_state", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."request_id", NEW."to_state"); RETURN NULL;', hash='4c3e3c4b2d2fca7ba0e3d1fa5988ec44913766d6', operation='UPDATE', pgid='pgtrigger_update_update_c65e0', table='intake_requestmove', when='AFTER'))), ('requestmove', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_requestmoveevent" ("at", "by_id", "from_state", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "request_id", "to_state") VALUES (OLD."at", OLD."by_id", OLD."from_state", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reason", OLD."request_id", OLD."to_state"); RETURN NULL;', hash='b4218ba9230f6bbacad0fa74e66597fc40c75bfd', operation='DELETE', pgid='pgtrigger_delete_delete_a657d', table='intake_requestmove', when='AFTER'))), ('requestmoveevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='23dad6a360bec207dabd32ab5f67a2dc00b11cf9', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_cf6e6', table='intake_requestmoveevent', when='BEFORE'))), ('requestobjective', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_requestobjectiveevent" ("id", "objective_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "request_id", "weight") VALUES (NEW."id", NEW."objective_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."request_id", NEW."weight"); RETURN NULL;', hash='fc04c6a583030ff85a5b9e06c4bb6f6c950cd239', operation='INSERT', pgid='pgtrigger_insert_insert_2be27', table='intake_requestobjective', when='AFTER'))), ('requestobjective', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_requestobjectiveevent" ("id", "objective_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "request_id", "weight") VALUES (NEW."id", NEW."objective_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."request_id", NEW."weight"); RETURN NULL;', hash='65e2644e16ded2592d3e673fe1369be2b77283ca', operation='UPDATE', pgid='pgtrigger_update_update_e4b8e', table='intake_requestobjective', when='AFTER'))), ('requestobjective', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_requestobjectiveevent" ("id", "objective_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "request_id", "weight") VALUES (OLD."id", OLD."objective_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."request_id", OLD."weight"); RETURN NULL;', hash='cbb70d931e6930d7ded2b36a3f4eb4d80c29aa59', operation='DELETE', pgid='pgtrigger_delete_delete_a7058', table='intake_requestobjective', when='AFTER'))), ('requestobjectiveevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='ffb948c1b716569d01ad6164e8fb3f8abb5ff114', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_c4c54', table='intake_requestobjectiveevent', when='BEFORE'))), ('requestparty', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_requestpartyevent" ("email", "id", "name", "part", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "request_id", "user_id") VALUES (NEW."email", NEW."id", NEW."name", NEW."part", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."request_id", NEW."user_id"); RETURN NULL;', hash='b607c6e302a791d3a1f522d0fb991f9dcaf78412', operation='INSERT', pgid='pgtrigger_insert_insert_a42a7', table='intake_requestparty', when='AFTER'))), ('requestparty', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_requestpartyevent" ("email", "id", "name", "part", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "request_id", "user_id") VALUES (NEW."email", NEW."id", NEW."name", NEW."part", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."request_id", NEW."user_id"); RETURN NULL;', hash='b16adcad3af94c08f90825477d382e75a545a072', operation='UPDATE', pgid='pgtrigger_update_update_50869', table='intake_requestparty', when='AFTER'))), ('requestparty', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_requestpartyevent" ("email", "id", "name", "part", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "request_id", "user_id") VALUES (OLD."email", OLD."id", OLD."name", OLD."part", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."request_id", OLD."user_id"); RETURN NULL;', hash='b3f05fbb4f5af09096b341f825b489ab6574abfd', operation='DELETE', pgid='pgtrigger_delete_delete_bf7df', table='intake_requestparty', when='AFTER'))), ('requestpartyevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9eef73e651547b642f6468d97a9c45f6642bdf61', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_d8ab7', table='intake_requestpartyevent', when='BEFORE'))), ('requestquestion', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_requestquestionevent" ("answer", "answered_at", "answered_by_id", "asked_at", "asked_by_id", "created_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "request_id", "text", "updated_at", "version") VALUES (NEW."answer", NEW."answered_at", NEW."answered_by_id", NEW."asked_at", NEW."asked_by_id", NEW."created_at", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."request_id", NEW."text", NEW."updated_at", NEW."version"); RETURN NULL;', hash='9d9304fdb2d1084d85dda51dd017ee022a527b10', operation='INSERT', pgid='pgtrigger_insert_insert_c9363', table='intake_requestquestion', when='AFTER'))), ('requestquestion', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_requestquestionevent" ("answer", "answered_at", "answered_by_id", "asked_at", "asked_by_id", "created_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "request_id", "text", "updated_at", "version") VALUES (NEW."answer", NEW."answered_at", NEW."answered_by_id", NEW."asked_at", NEW."asked_by_id", NEW."created_at", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."request_id", NEW."text", NEW."updated_at", NEW."version"); RETURN NULL;', hash='a171cb9fdc6dfd537d6786704d748fb954070172', operation='UPDATE', pgid='pgtrigger_update_update_50c01', table='intake_requestquestion', when='AFTER'))), ('requestquestion', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_requestquestionevent" ("answer", "answered_at", "answered_by_id", "asked_at", "asked_by_id", "created_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "request_id", "text", "updated_at", "version") VALUES (OLD."answer", OLD."answered_at", OLD."answered_by_id", OLD."asked_at", OLD."asked_by_id", OLD."created_at", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."request_id", OLD."text", OLD."updated_at", OLD."version"); RETURN NULL;', hash='a3698374c78ffc2fba186521e5f3d5b5d7575c21', operation='DELETE', pgid='pgtrigger_delete_delete_75e7c', table='intake_requestquestion', when='AFTER'))), ('requestquestionevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='22f0800d570ac6fd11d2a60cd7ab94f081552da1', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_40aca', table='intake_requestquestionevent', when='BEFORE'))), ('requestevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='924316dd70d9d1e29c28c172fdd9aecddad581e7', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_54419', table='intake_requestevent', when='BEFORE'))), ('request', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_requestevent" ("answers", "created_at", "currency", "custom", "estimated_benefit", "estimated_cost", "form_version_id", "helps", "helps_how", "id", "is_confidential", "merged_into_id", "moved_at", "need", "needed_by_on", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "purpose", "reference", "requester_email", "requester_id", "requester_name", "resume_on", "source", "split_from_id", "sponsor_id", "state", "submitted_at", "tags", "title", "type_id", "unit_id", "updated_at", "version") VALUES (NEW."answers", NEW."created_at", NEW."currency", NEW."custom", NEW."estimated_benefit", NEW."estimated_cost", NEW."form_version_id", NEW."helps", NEW."helps_how", NEW."id", NEW."is_confidential", NEW."merged_into_id", NEW."moved_at", NEW."need", NEW."needed_by_on", NEW."owner_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."project_id", NEW."purpose", NEW."reference", NEW."requester_email", NEW."requester_id", NEW."requester_name", NEW."resume_on", NEW."source", NEW."split_from_id", NEW."sponsor_id", NEW."state", NEW."submitted_at", NEW."tags", NEW."title", NEW."type_id", NEW."unit_id", NEW."updated_at", NEW."version"); RETURN NULL;', hash='4b1e34a47b65154e9a7a1722c44ba16246df17a6', operation='INSERT', pgid='pgtrigger_insert_insert_80c4e', table='intake_request', when='AFTER'))), ('request', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."answers" IS DISTINCT FROM (NEW."answers") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."custom" IS DISTINCT FROM (NEW."custom") OR OLD."estimated_benefit" IS DISTINCT FROM (NEW."estimated_benefit") OR OLD."estimated_cost" IS DISTINCT FROM (NEW."estimated_cost") OR OLD."form_version_id" IS DISTINCT FROM (NEW."form_version_id") OR OLD."helps" IS DISTINCT FROM (NEW."helps") OR OLD."helps_how" IS DISTINCT FROM (NEW."helps_how") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_confidential" IS DISTINCT FROM (NEW."is_confidential") OR OLD."merged_into_id" IS DISTINCT FROM (NEW."merged_into_id") OR OLD."moved_at" IS DISTINCT FROM (NEW."moved_at") OR OLD."need" IS DISTINCT FROM (NEW."need") OR OLD."needed_by_on" IS DISTINCT FROM (NEW."needed_by_on") OR OLD."owner_id" IS DISTINCT FROM (NEW."owner_id") OR OLD."project_id" IS DISTINCT FROM (NEW."project_id") OR OLD."purpose" IS DISTINCT FROM (NEW."purpose") OR OLD."reference" IS DISTINCT FROM (NEW."reference") OR OLD."requester_id" IS DISTINCT FROM (NEW."requester_id") OR OLD."requester_email" IS DISTINCT FROM (NEW."requester_email") OR OLD."requester_name" IS DISTINCT FROM (NEW."requester_name") OR OLD."resume_on" IS DISTINCT FROM (NEW."resume_on") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."split_from_id" IS DISTINCT FROM (NEW."split_from_id") OR OLD."sponsor_id" IS DISTINCT FROM (NEW."sponsor_id") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."submitted_at" IS DISTINCT FROM (NEW."submitted_at") OR OLD."tags" IS DISTINCT FROM (NEW."tags") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."type_id" IS DISTINCT FROM (NEW."type_id") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id") OR OLD."updated_at" IS DISTINCT FROM (NEW."updated_at") OR OLD."version" IS DISTINCT FROM (NEW."version"))', func='INSERT INTO "intake_requestevent" ("answers", "created_at", "currency", "custom", "estimated_benefit", "estimated_cost", "form_version_id", "helps", "helps_how", "id", "is_confidential", "merged_into_id", "moved_at", "need", "needed_by_on", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "purpose", "reference", "requester_email", "requester_id", "requester_name", "resume_on", "source", "split_from_id", "sponsor_id", "state", "submitted_at", "tags", "title", "type_id", "unit_id", "updated_at", "version") VALUES (NEW."answers", NEW."created_at", NEW."currency", NEW."custom", NEW."estimated_benefit", NEW."estimated_cost", NEW."form_version_id", NEW."helps", NEW."helps_how", NEW."id", NEW."is_confidential", NEW."merged_into_id", NEW."moved_at", NEW."need", NEW."needed_by_on", NEW."owner_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."project_id", NEW."purpose", NEW."reference", NEW."requester_email", NEW."requester_id", NEW."requester_name", NEW."resume_on", NEW."source", NEW."split_from_id", NEW."sponsor_id", NEW."state", NEW."submitted_at", NEW."tags", NEW."title", NEW."type_id", NEW."unit_id", NEW."updated_at", NEW."version"); RETURN NULL;', hash='065502c11e4ed7484810b5c2fbec5e273bbe1480', operation='UPDATE', pgid='pgtrigger_update_update_f29c4', table='intake_request', when='AFTER'))), ('request', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_requestevent" ("answers", "created_at", "currency", "custom", "estimated_benefit", "estimated_cost", "form_version_id", "helps", "helps_how", "id", "is_confidential", "merged_into_id", "moved_at", "need", "needed_by_on", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "purpose", "reference", "requester_email", "requester_id", "requester_name", "resume_on", "source", "split_from_id", "sponsor_id", "state", "submitted_at", "tags", "title", "type_id", "unit_id", "updated_at", "version") VALUES (OLD."answers", OLD."created_at", OLD."currency", OLD."custom", OLD."estimated_benefit", OLD."estimated_cost", OLD."form_version_id", OLD."helps", OLD."helps_how", OLD."id", OLD."is_confidential", OLD."merged_into_id", OLD."moved_at", OLD."need", OLD."needed_by_on", OLD."owner_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."project_id", OLD."purpose", OLD."reference", OLD."requester_email", OLD."requester_id", OLD."requester_name", OLD."resume_on", OLD."source", OLD."split_from_id", OLD."sponsor_id", OLD."state", OLD."submitted_at", OLD."tags", OLD."title", OLD."type_id", OLD."unit_id", OLD."updated_at", OLD."version"); RETURN NULL;', hash='2a3592405da2cf6d39c164f47cb2ade0429999fa', operation='DELETE', pgid='pgtrigger_delete_delete_59ed2', table='intake_request', when='AFTER'))), ('projecttemplateevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7fc098c3640aa185118da52604a1aad0bce02404', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_ca4e3', table='intake_projecttemplateevent', when='BEFORE'))), ('projecttemplate', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_projecttemplateevent" ("created_at", "description", "id", "is_active", "milestones", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phase", "risks", "roles", "sections", "tier", "type_id", "updated_at", "version") VALUES (NEW."created_at", NEW."description", NEW."id", NEW."is_active", NEW."milestones", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."phase", NEW."risks", NEW."roles", NEW."sections", NEW."tier", NEW."type_id", NEW."updated_at", NEW."version"); RETURN NULL;', hash='4aa3aff41fa80941dda52c893582d94c7d0b4583', operation='INSERT', pgid='pgtrigger_insert_insert_1f5a3', table='intake_projecttemplate', when='AFTER'))), ('projecttemplate', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_projecttemplateevent" ("created_at", "description", "id", "is_active", "milestones", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phase", "risks", "roles", "sections", "tier", "type_id", "updated_at", "version") VALUES (NEW."created_at", NEW."description", NEW."id", NEW."is_active", NEW."milestones", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phase", NEW."risks", NEW."roles", NEW."sections", NEW."tier", NEW."type_id", NEW."updated_at", NEW."version"); RETURN NULL;', hash='4ab6a25848a8fd039abb9c1b92535aecb1582c42', operation='UPDATE', pgid='pgtrigger_update_update_786ef', table='intake_projecttemplate', when='AFTER'))), ('projecttemplate', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_projecttemplateevent" ("created_at", "description", "id", "is_active", "milestones", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phase", "risks", "roles", "sections", "tier", "type_id", "updated_at", "version") VALUES (OLD."created_at", OLD."description", OLD."id", OLD."is_active", OLD."milestones", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."phase", OLD."risks", OLD."roles", OLD."sections", OLD."tier", OLD."type_id", OLD."updated_at", OLD."version"); RETURN NULL;', hash='9f67f8b6b410f3791bbf1556c655e466429231cb', operation='DELETE', pgid='pgtrigger_delete_delete_12a66', table='intake_projecttemplate', when='AFTER'))), ('formversionevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='54e6d247046669f3af8c040d67306b4fee87b3c9', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_145af', table='intake_formversionevent', when='BEFORE'))), ('formversion', pgtrigger.compiler.Trigger(name='freeze_published', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."published_at" IS NOT NULL)', func="RAISE EXCEPTION 'A published form is frozen: make a new version.';", hash='29ae1f2ad59a2b832b2034258430cc83aee9f916', operation='UPDATE OR DELETE', pgid='pgtrigger_freeze_published_e894b', table='intake_formversion', when='BEFORE'))), ('formversion', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_formversionevent" ("created_at", "document", "id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id", "type_id", "updated_at", "version") VALUES (NEW."created_at", NEW."document", NEW."id", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."published_at", NEW."published_by_id", NEW."type_id", NEW."updated_at", NEW."version"); RETURN NULL;', hash='c4254b29e74fe3b1116066535b4772da8e08b6f2', operation='INSERT', pgid='pgtrigger_insert_insert_ad91e', table='intake_formversion', when='AFTER'))), ('formversion', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_formversionevent" ("created_at", "document", "id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id", "type_id", "updated_at", "version") VALUES (NEW."created_at", NEW."document", NEW."id", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."published_at", NEW."published_by_id", NEW."type_id", NEW."updated_at", NEW."version"); RETURN NULL;', hash='c15fdf25bfdc4dbabaae55322c3fb5bfd3b543e4', operation='UPDATE', pgid='pgtrigger_update_update_a3be5', table='intake_formversion', when='AFTER'))), ('formversion', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_formversionevent" ("created_at", "document", "id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id", "type_id", "updated_at", "version") VALUES (OLD."created_at", OLD."document", OLD."id", OLD."number", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."published_at", OLD."published_by_id", OLD."type_id", OLD."updated_at", OLD."version"); RETURN NULL;', hash='573adb6b1fc39e628f297cce080d94d7a261963d', operation='DELETE', pgid='pgtrigger_delete_delete_e1215', table='intake_formversion', when='AFTER'))), ('reviewer', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_reviewerevent" ("assessment_id", "created_at", "id", "invited_at", "invited_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "submitted_at", "updated_at", "user_id", "version", "withdrawn_at", "withdrawn_reason") VALUES (NEW."assessment_id", NEW."created_at", NEW."id", NEW."invited_at", NEW."invited_by_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."submitted_at", NEW."updated_at", NEW."user_id", NEW."version", NEW."withdrawn_at", NEW."withdrawn_reason"); RETURN NULL;', hash='b3af59a4a7d078829131e6a0af0f2f5d7a50e952', operation='INSERT', pgid='pgtrigger_insert_insert_683f0', table='intake_reviewer', when='AFTER'))), ('reviewer', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_reviewerevent" ("assessment_id", "created_at", "id", "invited_at", "invited_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "submitted_at", "updated_at", "user_id", "version", "withdrawn_at", "withdrawn_reason") VALUES (NEW."assessment_id", NEW."created_at", NEW."id", NEW."invited_at", NEW."invited_by_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."submitted_at", NEW."updated_at", NEW."user_id", NEW."version", NEW."withdrawn_at", NEW."withdrawn_reason"); RETURN NULL;', hash='9e019522e88b64d09058f80bfc8b44959f56e8fc', operation='UPDATE', pgid='pgtrigger_update_update_7d4ef', table='intake_reviewer', when='AFTER'))), ('reviewer', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_reviewerevent" ("assessment_id", "created_at", "id", "invited_at", "invited_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "submitted_at", "updated_at", "user_id", "version", "withdrawn_at", "withdrawn_reason") VALUES (OLD."assessment_id", OLD."created_at", OLD."id", OLD."invited_at", OLD."invited_by_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."submitted_at", OLD."updated_at", OLD."user_id", OLD."version", OLD."withdrawn_at", OLD."withdrawn_reason"); RETURN NULL;', hash='289d0b82cce6d5a2b413aeeb3c83298eb0ebddbb', operation='DELETE', pgid='pgtrigger_delete_delete_4bb36', table='intake_reviewer', when='AFTER'))), ('reviewerevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b2bf722bb9dd7e7f9565c7c10ad262f9ea2ffae2', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_ce00f', table='intake_reviewerevent', when='BEFORE'))), ('reviewscore', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_reviewscoreevent" ("comment", "criterion_id", "id", "level", "measure", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reviewer_id") VALUES (NEW."comment", NEW."criterion_id", NEW."id", NEW."level", NEW."measure", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reviewer_id"); RETURN NULL;', hash='653f8d48181ccc5d29cc1895d80c3320257a1399', operation='INSERT', pgid='pgtrigger_insert_insert_f64e6', table='intake_reviewscore', when='AFTER'))), ('reviewscore', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_reviewscoreevent" ("comment", "criterion_id", "id", "level", "measure", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reviewer_id") VALUES (NEW."comment", NEW."criterion_id", NEW."id", NEW."level", NEW."measure", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reviewer_id"); RETURN NULL;', hash='73e741b6d2855b7fa9b47bce6507fc81b243abaa', operation='UPDATE', pgid='pgtrigger_update_update_8d595', table='intake_reviewscore', when='AFTER'))), ('reviewscore', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_reviewscoreevent" ("comment", "criterion_id", "id", "level", "measure", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reviewer_id") VALUES (OLD."comment", OLD."criterion_id", OLD."id", OLD."level", OLD."measure", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reviewer_id"); RETURN NULL;', hash='49aba17ba6706bf2f21d74c7af95016409af60d8', operation='DELETE', pgid='pgtrigger_delete_delete_1a805', table='intake_reviewscore', when='AFTER'))), ('reviewscoreevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='76b673a76f004b2f5b63caa7a52e2d6f4b3a1b95', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_bd60d', table='intake_reviewscoreevent', when='BEFORE'))), ('requesttypeevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='2a5c761312304db8d7dc8b45b0ab9911d93056f3', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_816ea', table='intake_requesttypeevent', when='BEFORE'))), ('requesttype', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_requesttypeevent" ("created_at", "description", "id", "is_active", "is_public", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "scoring_model_id", "service_days", "updated_at", "version") VALUES (NEW."created_at", NEW."description", NEW."id", NEW."is_active", NEW."is_public", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."scoring_model_id", NEW."service_days", NEW."updated_at", NEW."version"); RETURN NULL;', hash='23c769c7f8c2a5e053612fa512e7cef20582781f', operation='INSERT', pgid='pgtrigger_insert_insert_3060b', table='intake_requesttype', when='AFTER'))), ('requesttype', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."description" IS DISTINCT FROM (NEW."description") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."is_public" IS DISTINCT FROM (NEW."is_public") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."position" IS DISTINCT FROM (NEW."position") OR OLD."scoring_model_id" IS DISTINCT FROM (NEW."scoring_model_id") OR OLD."service_days" IS DISTINCT FROM (NEW."service_days") OR OLD."updated_at" IS DISTINCT FROM (NEW."updated_at") OR OLD."version" IS DISTINCT FROM (NEW."version"))', func='INSERT INTO "intake_requesttypeevent" ("created_at", "description", "id", "is_active", "is_public", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "scoring_model_id", "service_days", "updated_at", "version") VALUES (NEW."created_at", NEW."description", NEW."id", NEW."is_active", NEW."is_public", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."scoring_model_id", NEW."service_days", NEW."updated_at", NEW."version"); RETURN NULL;', hash='a5efecd904d482945b2c9e8813205b0bb27afff8', operation='UPDATE', pgid='pgtrigger_update_update_7adaa', table='intake_requesttype', when='AFTER'))), ('requesttype', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_requesttypeevent" ("created_at", "description", "id", "is_active", "is_public", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "scoring_model_id", "service_days", "updated_at", "version") VALUES (OLD."created_at", OLD."description", OLD."id", OLD."is_active", OLD."is_public", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."position", OLD."scoring_model_id", OLD."service_days", OLD."updated_at", OLD."version"); RETURN NULL;', hash='7740e884b5c7635b45deaf57ae12d2fca334e9cc', operation='DELETE', pgid='pgtrigger_delete_delete_b59c6', table='intake_requesttype', when='AFTER'))), ('scoringmodelevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='69f1c84c2fedb95160d61b8335ca88923bf717b4', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_0450a', table='intake_scoringmodelevent', when='BEFORE'))), ('scoringmodelversion', pgtrigger.compiler.Trigger(name='freeze_published', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."published_at" IS NOT NULL)', func="RAISE EXCEPTION 'A published scoring model is frozen: make a new version.';", hash='acb7e503c4db2408ede939b6f027d3f3b6049f92', operation='UPDATE OR DELETE', pgid='pgtrigger_freeze_published_b6ee4', table='intake_scoringmodelversion', when='BEFORE'))), ('scoringmodelversion', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_scoringmodelversionevent" ("average", "created_at", "disputed_from", "id", "model_id", "note", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id", "reference", "updated_at", "version") VALUES (NEW."average", NEW."created_at", NEW."disputed_from", NEW."id", NEW."model_id", NEW."note", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."published_at", NEW."published_by_id", NEW."reference", NEW."updated_at", NEW."version"); RETURN NULL;', hash='eb5b9557f238cdfff5bb96027ddde5594c17b23a', operation='INSERT', pgid='pgtrigger_insert_insert_f2935', table='intake_scoringmodelversion', when='AFTER'))), ('scoringmodelversion', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_scoringmodelversionevent" ("average", "created_at", "disputed_from", "id", "model_id", "note", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id", "reference", "updated_at", "version") VALUES (NEW."average", NEW."created_at", NEW."disputed_from", NEW."id", NEW."model_id", NEW."note", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."published_at", NEW."published_by_id", NEW."reference", NEW."updated_at", NEW."version"); RETURN NULL;', hash='36b7d8e0e7656c788c73c1d6436e907bf7f54625', operation='UPDATE', pgid='pgtrigger_update_update_5037a', table='intake_scoringmodelversion', when='AFTER'))), ('scoringmodelversion', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_scoringmodelversionevent" ("average", "created_at", "disputed_from", "id", "model_id", "note", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id", "reference", "updated_at", "version") VALUES (OLD."average", OLD."created_at", OLD."disputed_from", OLD."id", OLD."model_id", OLD."note", OLD."number", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."published_at", OLD."published_by_id", OLD."reference", OLD."updated_at", OLD."version"); RETURN NULL;', hash='c82a13e953c788d25364a5e6e4fa4c0e49c683c4', operation='DELETE', pgid='pgtrigger_delete_delete_1b18b', table='intake_scoringmodelversion', when='AFTER'))), ('criteriongroupevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a765e35e55fb05ec8cdcf7dec9c215d441a53f0a', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_c9ed0', table='intake_criteriongroupevent', when='BEFORE'))), ('criteriongroup', pgtrigger.compiler.Trigger(name='freeze_published', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF EXISTS (SELECT 1 FROM intake_scoringmodelversion v WHERE v.published_at IS NOT NULL\n               AND v.id IN (CASE WHEN TG_OP = 'DELETE' THEN OLD.model_version_id ELSE NEW.model_version_id END,\n                            CASE WHEN TG_OP = 'INSERT' THEN NEW.model_version_id ELSE OLD.model_version_id END))\n    THEN RAISE EXCEPTION 'A published scoring model is frozen: make a new version.'; END IF;\n    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n    RETURN NEW;\n", hash='93caf79a8ce94e0bfa9528639cb64af9da466aa2', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_freeze_published_4a035', table='intake_criteriongroup', when='BEFORE'))), ('criteriongroup', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_criteriongroupevent" ("id", "key", "model_version_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "weight") VALUES (NEW."id", NEW."key", NEW."model_version_id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."weight"); RETURN NULL;', hash='bf60e8a4ad00d83391fd8d246339fd3e4357fa59', operation='INSERT', pgid='pgtrigger_insert_insert_07184', table='intake_criteriongroup', when='AFTER'))), ('criteriongroup', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_criteriongroupevent" ("id", "key", "model_version_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "weight") VALUES (NEW."id", NEW."key", NEW."model_version_id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."weight"); RETURN NULL;', hash='9cd4630d846a61572ae8397b06664722019c2a20', operation='UPDATE', pgid='pgtrigger_update_update_4170d', table='intake_criteriongroup', when='AFTER'))), ('criteriongroup', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_criteriongroupevent" ("id", "key", "model_version_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "weight") VALUES (OLD."id", OLD."key", OLD."model_version_id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."position", OLD."weight"); RETURN NULL;', hash='6c804e02b23c335021095601f561da72869f49db', operation='DELETE', pgid='pgtrigger_delete_delete_ebbd9', table='intake_criteriongroup', when='AFTER'))), ('criterionevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='89e2d6cb3fdb25bc90412bf62528222427a249f1', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_a6a7f', table='intake_criterionevent', when='BEFORE'))), ('criterion', pgtrigger.compiler.Trigger(name='freeze_published', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF EXISTS (SELECT 1 FROM intake_scoringmodelversion v WHERE v.published_at IS NOT NULL\n               AND v.id IN (CASE WHEN TG_OP = 'DELETE' THEN OLD.model_version_id ELSE NEW.model_version_id END,\n                            CASE WHEN TG_OP = 'INSERT' THEN NEW.model_version_id ELSE OLD.model_version_id END))\n    THEN RAISE EXCEPTION 'A published scoring model is frozen: make a new version.'; END IF;\n    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n    RETURN NEW;\n", hash='da0afe9fd367fea55fc3d65712c98ed7a35aa78b', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_freeze_published_84b1c', table='intake_criterion', when='BEFORE'))), ('criterion', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_criterionevent" ("at_ten", "at_zero", "axis", "group_id", "id", "key", "levels", "lower_is_better", "method", "minimum", "missing", "model_version_id", "must_meet", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "question", "unit", "weight") VALUES (NEW."at_ten", NEW."at_zero", NEW."axis", NEW."group_id", NEW."id", NEW."key", NEW."levels", NEW."lower_is_better", NEW."method", NEW."minimum", NEW."missing", NEW."model_version_id", NEW."must_meet", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."question", NEW."unit", NEW."weight"); RETURN NULL;', hash='1c4643eca6e10236914721de2a370931989af19c', operation='INSERT', pgid='pgtrigger_insert_insert_92446', table='intake_criterion', when='AFTER'))), ('criterion', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_criterionevent" ("at_ten", "at_zero", "axis", "group_id", "id", "key", "levels", "lower_is_better", "method", "minimum", "missing", "model_version_id", "must_meet", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "question", "unit", "weight") VALUES (NEW."at_ten", NEW."at_zero", NEW."axis", NEW."group_id", NEW."id", NEW."key", NEW."levels", NEW."lower_is_better", NEW."method", NEW."minimum", NEW."missing", NEW."model_version_id", NEW."must_meet", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."question", NEW."unit", NEW."weight"); RETURN NULL;', hash='8719351c96537a7148657ec8864b9e6d74088104', operation='UPDATE', pgid='pgtrigger_update_update_63f4b', table='intake_criterion', when='AFTER'))), ('criterion', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_criterionevent" ("at_ten", "at_zero", "axis", "group_id", "id", "key", "levels", "lower_is_better", "method", "minimum", "missing", "model_version_id", "must_meet", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "question", "unit", "weight") VALUES (OLD."at_ten", OLD."at_zero", OLD."axis", OLD."group_id", OLD."id", OLD."key", OLD."levels", OLD."lower_is_better", OLD."method", OLD."minimum", OLD."missing", OLD."model_version_id", OLD."must_meet", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."position", OLD."question", OLD."unit", OLD."weight"); RETURN NULL;', hash='9327b077c770e04f856b8e8ba0b5f9edc775f1ef', operation='DELETE', pgid='pgtrigger_delete_delete_becc9', table='intake_criterion', when='AFTER'))), ('assessmentevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e13dc9289fd2395835eb582db62c467e7ef61a6d', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_081b7', table='intake_assessmentevent', when='BEFORE'))), ('assessment', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_assessmentevent" ("created_at", "due_on", "id", "model_version_id", "moderated_at", "opened_at", "opened_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phase", "request_id", "revealed_at", "revealed_by_id", "reveals_itself", "updated_at", "version") VALUES (NEW."created_at", NEW."due_on", NEW."id", NEW."model_version_id", NEW."moderated_at", NEW."opened_at", NEW."opened_by_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."phase", NEW."request_id", NEW."revealed_at", NEW."revealed_by_id", NEW."reveals_itself", NEW."updated_at", NEW."version"); RETURN NULL;', hash='5ff7921819a78ceae665d7e9eadc9b3f53288b3a', operation='INSERT', pgid='pgtrigger_insert_insert_3435a', table='intake_assessment', when='AFTER'))), ('assessment', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_assessmentevent" ("created_at", "due_on", "id", "model_version_id", "moderated_at", "opened_at", "opened_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phase", "request_id", "revealed_at", "revealed_by_id", "reveals_itself", "updated_at", "version") VALUES (NEW."created_at", NEW."due_on", NEW."id", NEW."model_version_id", NEW."moderated_at", NEW."opened_at", NEW."opened_by_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phase", NEW."request_id", NEW."revealed_at", NEW."revealed_by_id", NEW."reveals_itself", NEW."updated_at", NEW."version"); RETURN NULL;', hash='e27600d4cd2ba45bb05a923faebd9d17b907ecb3', operation='UPDATE', pgid='pgtrigger_update_update_dda0c', table='intake_assessment', when='AFTER'))), ('assessment', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_assessmentevent" ("created_at", "due_on", "id", "model_version_id", "moderated_at", "opened_at", "opened_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phase", "request_id", "revealed_at", "revealed_by_id", "reveals_itself", "updated_at", "version") VALUES (OLD."created_at", OLD."due_on", OLD."id", OLD."model_version_id", OLD."moderated_at", OLD."opened_at", OLD."opened_by_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."phase", OLD."request_id", OLD."revealed_at", OLD."revealed_by_id", OLD."reveals_itself", OLD."updated_at", OLD."version"); RETURN NULL;', hash='3f382262e45cb48d4292ed06300854015f1c2dae', operation='DELETE', pgid='pgtrigger_delete_delete_fae4d', table='intake_assessment', when='AFTER'))), ('scoringmodelversionevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c5ee0fb6326733e4e4ceb8cfeb7f0c2a6fadc8eb', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_24f28', table='intake_scoringmodelversionevent', when='BEFORE'))), ('selectionround', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_selectionroundevent" ("closed_at", "created_at", "currency", "cut", "description", "funding", "id", "model_version_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at", "version") VALUES (NEW."closed_at", NEW."created_at", NEW."currency", NEW."cut", NEW."description", NEW."funding", NEW."id", NEW."model_version_id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."updated_at", NEW."version"); RETURN NULL;', hash='10404e0aa379d02a41a2a8e6bdf59f50d1e15c06', operation='INSERT', pgid='pgtrigger_insert_insert_b627e', table='intake_selectionround', when='AFTER'))), ('selectionround', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_selectionroundevent" ("closed_at", "created_at", "currency", "cut", "description", "funding", "id", "model_version_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at", "version") VALUES (NEW."closed_at", NEW."created_at", NEW."currency", NEW."cut", NEW."description", NEW."funding", NEW."id", NEW."model_version_id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."updated_at", NEW."version"); RETURN NULL;', hash='ea8842ad2eb8bd7e189301fc76a71c18e9daea35', operation='UPDATE', pgid='pgtrigger_update_update_95fae', table='intake_selectionround', when='AFTER'))), ('selectionround', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_selectionroundevent" ("closed_at", "created_at", "currency", "cut", "description", "funding", "id", "model_version_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at", "version") VALUES (OLD."closed_at", OLD."created_at", OLD."currency", OLD."cut", OLD."description", OLD."funding", OLD."id", OLD."model_version_id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."updated_at", OLD."version"); RETURN NULL;', hash='a54c522f4148d5e23a9fef0223a0529db1b7f675', operation='DELETE', pgid='pgtrigger_delete_delete_e3aa7', table='intake_selectionround', when='AFTER'))), ('rankedentryevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='dd7b63656ca707296cbe736d43ea4f7306aa9d25', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_f8957', table='intake_rankedentryevent', when='BEFORE'))), ('rankedentry', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_rankedentryevent" ("id", "must_do", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "reason", "request_id", "round_id") VALUES (NEW."id", NEW."must_do", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."reason", NEW."request_id", NEW."round_id"); RETURN NULL;', hash='7ba110d44c9a358f9994e1e68d89b7f78b469e91', operation='INSERT', pgid='pgtrigger_insert_insert_93072', table='intake_rankedentry', when='AFTER'))), ('rankedentry', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_rankedentryevent" ("id", "must_do", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "reason", "request_id", "round_id") VALUES (NEW."id", NEW."must_do", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."reason", NEW."request_id", NEW."round_id"); RETURN NULL;', hash='94ddcba14a021ec6a194b4e6b2af26717e91f6cc', operation='UPDATE', pgid='pgtrigger_update_update_27173', table='intake_rankedentry', when='AFTER'))), ('rankedentry', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_rankedentryevent" ("id", "must_do", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "reason", "request_id", "round_id") VALUES (OLD."id", OLD."must_do", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."position", OLD."reason", OLD."request_id", OLD."round_id"); RETURN NULL;', hash='5b0ee82fecf80b30abb017bc601faa8ee6a0508b', operation='DELETE', pgid='pgtrigger_delete_delete_74963', table='intake_rankedentry', when='AFTER'))), ('decisionmeetingevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='74a6dd7090d515fad5c2b9f62364f0e819e26b89', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_4c0d2', table='intake_decisionmeetingevent', when='BEFORE'))), ('decisionmeeting', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_decisionmeetingevent" ("closed_at", "created_at", "held_on", "id", "minutes", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quorum", "round_id", "updated_at", "version") VALUES (NEW."closed_at", NEW."created_at", NEW."held_on", NEW."id", NEW."minutes", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."quorum", NEW."round_id", NEW."updated_at", NEW."version"); RETURN NULL;', hash='e479a3ba1e57b72aaecf51284cc2e150e0c8726c', operation='INSERT', pgid='pgtrigger_insert_insert_83242', table='intake_decisionmeeting', when='AFTER'))), ('decisionmeeting', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_decisionmeetingevent" ("closed_at", "created_at", "held_on", "id", "minutes", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quorum", "round_id", "updated_at", "version") VALUES (NEW."closed_at", NEW."created_at", NEW."held_on", NEW."id", NEW."minutes", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."quorum", NEW."round_id", NEW."updated_at", NEW."version"); RETURN NULL;', hash='4c427dbfc2ed9aeb1868540c812171ce1927159f', operation='UPDATE', pgid='pgtrigger_update_update_97604', table='intake_decisionmeeting', when='AFTER'))), ('decisionmeeting', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_decisionmeetingevent" ("closed_at", "created_at", "held_on", "id", "minutes", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quorum", "round_id", "updated_at", "version") VALUES (OLD."closed_at", OLD."created_at", OLD."held_on", OLD."id", OLD."minutes", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."quorum", OLD."round_id", OLD."updated_at", OLD."version"); RETURN NULL;', hash='7e8a950bbe4d7e7c13fb5260f0a08868ee752d55', operation='DELETE', pgid='pgtrigger_delete_delete_a1ba7', table='intake_decisionmeeting', when='AFTER'))), ('selectionroundevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9814b43f9d058bdd3cffb61c58ecdee12d37dace', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_91251', table='intake_selectionroundevent', when='BEFORE'))), ('tieringversion', pgtrigger.compiler.Trigger(name='freeze_published', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."published_at" IS NOT NULL)', func="RAISE EXCEPTION 'A published questionnaire is frozen: make a new version.';", hash='e95f35f1c2d91dc2450dc20b9ef5bf6f28330872', operation='UPDATE OR DELETE', pgid='pgtrigger_freeze_published_097fc', table='intake_tieringversion', when='BEFORE'))), ('tieringversion', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_tieringversionevent" ("created_at", "document", "id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id", "updated_at", "version") VALUES (NEW."created_at", NEW."document", NEW."id", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."published_at", NEW."published_by_id", NEW."updated_at", NEW."version"); RETURN NULL;', hash='39606e2ab6615118c79bff3937f7519dd924866f', operation='INSERT', pgid='pgtrigger_insert_insert_6cbe7', table='intake_tieringversion', when='AFTER'))), ('tieringversion', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_tieringversionevent" ("created_at", "document", "id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id", "updated_at", "version") VALUES (NEW."created_at", NEW."document", NEW."id", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."published_at", NEW."published_by_id", NEW."updated_at", NEW."version"); RETURN NULL;', hash='43145bd675c0260ec8b0e5e18dbce4470c1ed716', operation='UPDATE', pgid='pgtrigger_update_update_d0ceb', table='intake_tieringversion', when='AFTER'))), ('tieringversion', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_tieringversionevent" ("created_at", "document", "id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id", "updated_at", "version") VALUES (OLD."created_at", OLD."document", OLD."id", OLD."number", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."published_at", OLD."published_by_id", OLD."updated_at", OLD."version"); RETURN NULL;', hash='0132dddddf9b4f7861d4cb2dcf662ae59bc5c37d', operation='DELETE', pgid='pgtrigger_delete_delete_44608', table='intake_tieringversion', when='AFTER'))), ('tieringversionevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='384a7fed134bc192ded4f3705a37fdd1f3ef6fd6', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_41648', table='intake_tieringversionevent', when='BEFORE'))), ('vote', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_voteevent" ("choice", "comment", "id", "item_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id", "voted_at") VALUES (NEW."choice", NEW."comment", NEW."id", NEW."item_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."user_id", NEW."voted_at"); RETURN NULL;', hash='5e3906e14c324e3f874ff44356d98e1e8cac22b1', operation='INSERT', pgid='pgtrigger_insert_insert_9ea79', table='intake_vote', when='AFTER'))), ('vote', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_voteevent" ("choice", "comment", "id", "item_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id", "voted_at") VALUES (NEW."choice", NEW."comment", NEW."id", NEW."item_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."user_id", NEW."voted_at"); RETURN NULL;', hash='6840a53ad57ab349b31b16e31917cabfcea276d8', operation='UPDATE', pgid='pgtrigger_update_update_e9d95', table='intake_vote', when='AFTER'))), ('vote', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_voteevent" ("choice", "comment", "id", "item_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id", "voted_at") VALUES (OLD."choice", OLD."comment", OLD."id", OLD."item_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."user_id", OLD."voted_at"); RETURN NULL;', hash='668ebec06fce3ce477cd410f0b0c9c372292d11b', operation='DELETE', pgid='pgtrigger_delete_delete_1025a', table='intake_vote', when='AFTER'))), ('voteevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f2ce5b1f5412612312e43be2f47ba4a63039ecbd', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_e83c1', table='intake_voteevent', when='BEFORE'))), ('weightinground', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_weightingroundevent" ("closed_at", "compares_groups", "created_at", "due_on", "group_id", "id", "items", "model_version_id", "name", "opened_at", "opened_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "taken_at", "updated_at", "version") VALUES (NEW."closed_at", NEW."compares_groups", NEW."created_at", NEW."due_on", NEW."group_id", NEW."id", NEW."items", NEW."model_version_id", NEW."name", NEW."opened_at", NEW."opened_by_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."taken_at", NEW."updated_at", NEW."version"); RETURN NULL;', hash='c90f4d558ad35ba92e8f96cfa7da4640a72ba71e', operation='INSERT', pgid='pgtrigger_insert_insert_92ead', table='intake_weightinground', when='AFTER'))), ('weightinground', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_weightingroundevent" ("closed_at", "compares_groups", "created_at", "due_on", "group_id", "id", "items", "model_version_id", "name", "opened_at", "opened_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "taken_at", "updated_at", "version") VALUES (NEW."closed_at", NEW."compares_groups", NEW."created_at", NEW."due_on", NEW."group_id", NEW."id", NEW."items", NEW."model_version_id", NEW."name", NEW."opened_at", NEW."opened_by_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."taken_at", NEW."updated_at", NEW."version"); RETURN NULL;', hash='293d41d77189a8fe0b1c808ca6225ac74daab48a', operation='UPDATE', pgid='pgtrigger_update_update_a45ee', table='intake_weightinground', when='AFTER'))), ('weightinground', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_weightingroundevent" ("closed_at", "compares_groups", "created_at", "due_on", "group_id", "id", "items", "model_version_id", "name", "opened_at", "opened_by_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "taken_at", "updated_at", "version") VALUES (OLD."closed_at", OLD."compares_groups", OLD."created_at", OLD."due_on", OLD."group_id", OLD."id", OLD."items", OLD."model_version_id", OLD."name", OLD."opened_at", OLD."opened_by_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."taken_at", OLD."updated_at", OLD."version"); RETURN NULL;', hash='c12888f2502ecea4b3f4c70f77a241e02c0c207f', operation='DELETE', pgid='pgtrigger_delete_delete_6b8bd', table='intake_weightinground', when='AFTER'))), ('judgeevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='2aa622768f864c4cce92d5a4e63da4b3e2813333', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_e132a', table='intake_judgeevent', when='BEFORE'))), ('judge', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_judgeevent" ("created_at", "id", "invited_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "round_id", "submitted_at", "updated_at", "user_id", "version", "weight", "withdrawn_at") VALUES (NEW."created_at", NEW."id", NEW."invited_at", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."round_id", NEW."submitted_at", NEW."updated_at", NEW."user_id", NEW."version", NEW."weight", NEW."withdrawn_at"); RETURN NULL;', hash='8c509595f2e1d4757150d333e45c81db6289f8d3', operation='INSERT', pgid='pgtrigger_insert_insert_ae382', table='intake_judge', when='AFTER'))), ('judge', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_judgeevent" ("created_at", "id", "invited_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "round_id", "submitted_at", "updated_at", "user_id", "version", "weight", "withdrawn_at") VALUES (NEW."created_at", NEW."id", NEW."invited_at", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."round_id", NEW."submitted_at", NEW."updated_at", NEW."user_id", NEW."version", NEW."weight", NEW."withdrawn_at"); RETURN NULL;', hash='41c8a2404308cd56abc8d379610f25e60fea070e', operation='UPDATE', pgid='pgtrigger_update_update_79140', table='intake_judge', when='AFTER'))), ('judge', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_judgeevent" ("created_at", "id", "invited_at", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "round_id", "submitted_at", "updated_at", "user_id", "version", "weight", "withdrawn_at") VALUES (OLD."created_at", OLD."id", OLD."invited_at", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."round_id", OLD."submitted_at", OLD."updated_at", OLD."user_id", OLD."version", OLD."weight", OLD."withdrawn_at"); RETURN NULL;', hash='1b6a7549b058b406672ae135ebf36e8282a4de3a', operation='DELETE', pgid='pgtrigger_delete_delete_acfbc', table='intake_judge', when='AFTER'))), ('weightingroundevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='38c2355e7903e575410f57957cd49233ac13510f', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_548cc', table='intake_weightingroundevent', when='BEFORE')))],
        ),
    ]
