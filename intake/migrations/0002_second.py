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
        migrations.AddConstraint(
            model_name='selectionround',
            constraint=models.CheckConstraint(condition=models.Q(('currency__regex', '^[A-Z]{3}$')), name='round_currency_code', violation_error_message='A currency is three capital letters, such as GBP.'),
        ),
        migrations.AddConstraint(
            model_name='selectionround',
            constraint=models.CheckConstraint(condition=models.Q(('funding', None), ('funding__gte', 0), _connector='OR'), name='round_funding_not_negative', violation_error_message='The funding line is not below zero.'),
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
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='selectionroundevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='intake.selectionround'),
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
        migrations.AddIndex(
            model_name='condition',
            index=models.Index(condition=models.Q(('met_at', None)), fields=['owner', 'due_on'], name='condition_open'),
        ),
        migrations.AddConstraint(
            model_name='meetingmember',
            constraint=models.UniqueConstraint(fields=('meeting', 'user'), name='member_once_per_meeting'),
        ),
        migrations.AddIndex(
            model_name='decision',
            index=models.Index(condition=models.Q(('recorded_at', None)), fields=['id'], name='decision_unrecorded'),
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
            constraint=models.CheckConstraint(condition=models.Q(('weight__range', (1, 100))), name='request_objective_weight_percent', violation_error_message='A weight is 1 to 100 %.'),
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
        core.triggers.AddTriggers(
            triggers=[('requesttype', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_requesttypeevent" ("created_at", "description", "id", "is_active", "is_public", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "service_days", "updated_at", "version") VALUES (NEW."created_at", NEW."description", NEW."id", NEW."is_active", NEW."is_public", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."service_days", NEW."updated_at", NEW."version"); RETURN NULL;', hash='f0dbed2ec5049144623d195600f79760949bb910', operation='INSERT', pgid='pgtrigger_insert_insert_3060b', table='intake_requesttype', when='AFTER'))), ('requesttype', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."description" IS DISTINCT FROM (NEW."description") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."is_public" IS DISTINCT FROM (NEW."is_public") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."position" IS DISTINCT FROM (NEW."position") OR OLD."service_days" IS DISTINCT FROM (NEW."service_days") OR OLD."updated_at" IS DISTINCT FROM (NEW."updated_at") OR OLD."version" IS DISTINCT FROM (NEW."version"))', func='INSERT INTO "intake_requesttypeevent" ("created_at", "description", "id", "is_active", "is_public", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "service_days", "updated_at", "version") VALUES (NEW."created_at", NEW."description", NEW."id", NEW."is_active", NEW."is_public", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."service_days", NEW."updated_at", NEW."version"); RETURN NULL;', hash='c6efc30c9c2c755dfabb34617230f4a9cbdc69ab', operation='UPDATE', pgid='pgtrigger_update_update_7adaa', table='intake_requesttype', when='AFTER'))), ('requesttype', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_requesttypeevent" ("created_at", "description", "id", "is_active", "is_public", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "service_days", "updated_at", "version") VALUES (OLD."created_at", OLD."description", OLD."id", OLD."is_active", OLD."is_public", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."position", OLD."service_days", OLD."updated_at", OLD."version"); RETURN NULL;', hash='ef164456f57c2fe43060600feaf94eefbc4dd347', operation='DELETE', pgid='pgtrigger_delete_delete_b59c6', table='intake_requesttype', when='AFTER'))), ('selectionround', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_selectionroundevent" ("closed_at", "created_at", "currency", "cut", "description", "funding", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at", "version") VALUES (NEW."closed_at", NEW."created_at", NEW."currency", NEW."cut", NEW."description", NEW."funding", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."updated_at", NEW."version"); RETURN NULL;', hash='f7018f46fc5f5193f0cbd49dbdd32f3bb05f50ce', operation='INSERT', pgid='pgtrigger_insert_insert_b627e', table='intake_selectionround', when='AFTER'))), ('selectionround', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_selectionroundevent" ("closed_at", "created_at", "currency", "cut", "description", "funding", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at", "version") VALUES (NEW."closed_at", NEW."created_at", NEW."currency", NEW."cut", NEW."description", NEW."funding", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."updated_at", NEW."version"); RETURN NULL;', hash='55885a5f06c85c2db648ba37cac76b0460a2e61f', operation='UPDATE', pgid='pgtrigger_update_update_95fae', table='intake_selectionround', when='AFTER'))), ('selectionround', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_selectionroundevent" ("closed_at", "created_at", "currency", "cut", "description", "funding", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "updated_at", "version") VALUES (OLD."closed_at", OLD."created_at", OLD."currency", OLD."cut", OLD."description", OLD."funding", OLD."id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."updated_at", OLD."version"); RETURN NULL;', hash='a6ae67f336e0e865662da0918685ebc4f2efecd1', operation='DELETE', pgid='pgtrigger_delete_delete_e3aa7', table='intake_selectionround', when='AFTER'))), ('conditionevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='0bb5e25043185c8cc4ae1cd5e12cc8480058e735', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_dbe1e', table='intake_conditionevent', when='BEFORE'))), ('condition', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_conditionevent" ("created_at", "decision_id", "due_on", "id", "met_at", "met_by_id", "note", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "text", "updated_at", "version") VALUES (NEW."created_at", NEW."decision_id", NEW."due_on", NEW."id", NEW."met_at", NEW."met_by_id", NEW."note", NEW."owner_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."text", NEW."updated_at", NEW."version"); RETURN NULL;', hash='975c498cffddcc17ed572f3822c3a7f5e990349c', operation='INSERT', pgid='pgtrigger_insert_insert_cb8ff', table='intake_condition', when='AFTER'))), ('condition', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_conditionevent" ("created_at", "decision_id", "due_on", "id", "met_at", "met_by_id", "note", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "text", "updated_at", "version") VALUES (NEW."created_at", NEW."decision_id", NEW."due_on", NEW."id", NEW."met_at", NEW."met_by_id", NEW."note", NEW."owner_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."text", NEW."updated_at", NEW."version"); RETURN NULL;', hash='d83ada6da60f555d516f145130e1e3705913c5cd', operation='UPDATE', pgid='pgtrigger_update_update_c17b9', table='intake_condition', when='AFTER'))), ('condition', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_conditionevent" ("created_at", "decision_id", "due_on", "id", "met_at", "met_by_id", "note", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "text", "updated_at", "version") VALUES (OLD."created_at", OLD."decision_id", OLD."due_on", OLD."id", OLD."met_at", OLD."met_by_id", OLD."note", OLD."owner_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."text", OLD."updated_at", OLD."version"); RETURN NULL;', hash='dde5b05b5ab6a9e405e93ea4a3ad66bcfe85d0af', operation='DELETE', pgid='pgtrigger_delete_delete_d0a30', table='intake_condition', when='AFTER'))), ('meetingmember', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_meetingmemberevent" ("id", "meeting_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (NEW."id", NEW."meeting_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."user_id"); RETURN NULL;', hash='817dff2727a60f2044fca577df6e5790d87cd71f', operation='INSERT', pgid='pgtrigger_insert_insert_f6375', table='intake_meetingmember', when='AFTER'))), ('meetingmember', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_meetingmemberevent" ("id", "meeting_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (NEW."id", NEW."meeting_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."user_id"); RETURN NULL;', hash='433f591e679014872b1a9f26f8d13f4029ea918b', operation='UPDATE', pgid='pgtrigger_update_update_0f923', table='intake_meetingmember', when='AFTER'))), ('meetingmember', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_meetingmemberevent" ("id", "meeting_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (OLD."id", OLD."meeting_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."user_id"); RETURN NULL;', hash='83906f444f0e580d7333e2f450fae3836cf66e07', operation='DELETE', pgid='pgtrigger_delete_delete_afe21', table='intake_meetingmember', when='AFTER'))), ('meetingmemberevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='cbed6ef0982d5551d5489004b9a7b84217df109a', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_b49d7', table='intake_meetingmemberevent', when='BEFORE'))), ('decisionevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='29f6ee5dc2a42da0ff2cf66b247e97a6c06ac503', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_79847', table='intake_decisionevent', when='BEFORE'))), ('decision', pgtrigger.compiler.Trigger(name='freeze_decision', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    IF TG_OP = 'UPDATE' AND OLD.recorded_at IS NULL\n                       AND to_jsonb(NEW) - '{record,sha256,recorded_at}'::text[]\n                         = to_jsonb(OLD) - '{record,sha256,recorded_at}'::text[]\n                    THEN RETURN NEW; END IF;\n                    RAISE EXCEPTION 'A decision is never changed: take another one.';\n                ", hash='10009dc54db09d55efeb24a480163572b2885a17', operation='UPDATE OR DELETE', pgid='pgtrigger_freeze_decision_0ed27', table='intake_decision', when='BEFORE'))), ('decision', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_decisionevent" ("basis", "decided_at", "decided_by_id", "id", "item_id", "letter", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "record", "recorded_at", "request_id", "sha256", "until_on") VALUES (NEW."basis", NEW."decided_at", NEW."decided_by_id", NEW."id", NEW."item_id", NEW."letter", NEW."outcome", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."record", NEW."recorded_at", NEW."request_id", NEW."sha256", NEW."until_on"); RETURN NULL;', hash='b998adaf23fef320147ed87aef297b700118fb09', operation='INSERT', pgid='pgtrigger_insert_insert_bcbb8', table='intake_decision', when='AFTER'))), ('decision', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_decisionevent" ("basis", "decided_at", "decided_by_id", "id", "item_id", "letter", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "record", "recorded_at", "request_id", "sha256", "until_on") VALUES (NEW."basis", NEW."decided_at", NEW."decided_by_id", NEW."id", NEW."item_id", NEW."letter", NEW."outcome", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."record", NEW."recorded_at", NEW."request_id", NEW."sha256", NEW."until_on"); RETURN NULL;', hash='1eb6600073500ad2ea5fddf21e31ea18e536f7c0', operation='UPDATE', pgid='pgtrigger_update_update_30597', table='intake_decision', when='AFTER'))), ('decision', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_decisionevent" ("basis", "decided_at", "decided_by_id", "id", "item_id", "letter", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "record", "recorded_at", "request_id", "sha256", "until_on") VALUES (OLD."basis", OLD."decided_at", OLD."decided_by_id", OLD."id", OLD."item_id", OLD."letter", OLD."outcome", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reason", OLD."record", OLD."recorded_at", OLD."request_id", OLD."sha256", OLD."until_on"); RETURN NULL;', hash='c18bb3f7319884e6ef7e3f248e1f8f22283940c4', operation='DELETE', pgid='pgtrigger_delete_delete_6349e', table='intake_decision', when='AFTER'))), ('agendaitemevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7fea8ff10a3227cd184664862c128258600e93e4', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_12b3f', table='intake_agendaitemevent', when='BEFORE'))), ('agendaitem', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_agendaitemevent" ("id", "meeting_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "request_id") VALUES (NEW."id", NEW."meeting_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."request_id"); RETURN NULL;', hash='474861dfc262dac0f6d33bcb2e47b4ce5741938e', operation='INSERT', pgid='pgtrigger_insert_insert_916b9', table='intake_agendaitem', when='AFTER'))), ('agendaitem', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_agendaitemevent" ("id", "meeting_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "request_id") VALUES (NEW."id", NEW."meeting_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."request_id"); RETURN NULL;', hash='270a543f77b4db3d2d5a239e6f361f1f6eb1545a', operation='UPDATE', pgid='pgtrigger_update_update_25756', table='intake_agendaitem', when='AFTER'))), ('agendaitem', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_agendaitemevent" ("id", "meeting_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "request_id") VALUES (OLD."id", OLD."meeting_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."position", OLD."request_id"); RETURN NULL;', hash='0b49aa8ab8ba81319fee6dcef9ecb4afeab58b71', operation='DELETE', pgid='pgtrigger_delete_delete_a485c', table='intake_agendaitem', when='AFTER'))), ('requestmove', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f3cf5200405e1a44de33f51ca958553a6ab99a20', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_d3e79', table='intake_requestmove', when='BEFORE'))), ('requestmove', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_requestmoveevent" ("at", "by_id", "from_state", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "request_id", "to_state") VALUES (NEW."at", NEW."by_id", NEW."from_state", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."request_id", NEW."to_state"); RETURN NULL;', hash='ce7125e664939558882c92437010987e1f07b976', operation='INSERT', pgid='pgtrigger_insert_insert_db10f', table='intake_requestmove', when='AFTER'))), ('requestmove', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_requestmoveevent" ("at", "by_id", "from_state", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "request_id", "to_state") VALUES (NEW."at", NEW."by_id", NEW."from_state", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."request_id", NEW."to_state"); RETURN NULL;', hash='4c3e3c4b2d2fca7ba0e3d1fa5988ec44913766d6', operation='UPDATE', pgid='pgtrigger_update_update_c65e0', table='intake_requestmove', when='AFTER'))), ('requestmove', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_requestmoveevent" ("at", "by_id", "from_state", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "request_id", "to_state") VALUES (OLD."at", OLD."by_id", OLD."from_state", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reason", OLD."request_id", OLD."to_state"); RETURN NULL;', hash='b4218ba9230f6bbacad0fa74e66597fc40c75bfd', operation='DELETE', pgid='pgtrigger_delete_delete_a657d', table='intake_requestmove', when='AFTER'))), ('requestmoveevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='23dad6a360bec207dabd32ab5f67a2dc00b11cf9', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_cf6e6', table='intake_requestmoveevent', when='BEFORE'))), ('requestobjective', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_requestobjectiveevent" ("id", "objective_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "request_id", "weight") VALUES (NEW."id", NEW."objective_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."request_id", NEW."weight"); RETURN NULL;', hash='fc04c6a583030ff85a5b9e06c4bb6f6c950cd239', operation='INSERT', pgid='pgtrigger_insert_insert_2be27', table='intake_requestobjective', when='AFTER'))), ('requestobjective', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_requestobjectiveevent" ("id", "objective_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "request_id", "weight") VALUES (NEW."id", NEW."objective_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."request_id", NEW."weight"); RETURN NULL;', hash='65e2644e16ded2592d3e673fe1369be2b77283ca', operation='UPDATE', pgid='pgtrigger_update_update_e4b8e', table='intake_requestobjective', when='AFTER'))), ('requestobjective', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_requestobjectiveevent" ("id", "objective_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "request_id", "weight") VALUES (OLD."id", OLD."objective_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."request_id", OLD."weight"); RETURN NULL;', hash='cbb70d931e6930d7ded2b36a3f4eb4d80c29aa59', operation='DELETE', pgid='pgtrigger_delete_delete_a7058', table='intake_requestobjective', when='AFTER'))), ('requestobjectiveevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='ffb948c1b716569d01ad6164e8fb3f8abb5ff114', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_c4c54', table='intake_requestobjectiveevent', when='BEFORE'))), ('requestparty', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_requestpartyevent" ("email", "id", "name", "part", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "request_id", "user_id") VALUES (NEW."email", NEW."id", NEW."name", NEW."part", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."request_id", NEW."user_id"); RETURN NULL;', hash='b607c6e302a791d3a1f522d0fb991f9dcaf78412', operation='INSERT', pgid='pgtrigger_insert_insert_a42a7', table='intake_requestparty', when='AFTER'))), ('requestparty', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_requestpartyevent" ("email", "id", "name", "part", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "request_id", "user_id") VALUES (NEW."email", NEW."id", NEW."name", NEW."part", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."request_id", NEW."user_id"); RETURN NULL;', hash='b16adcad3af94c08f90825477d382e75a545a072', operation='UPDATE', pgid='pgtrigger_update_update_50869', table='intake_requestparty', when='AFTER'))), ('requestparty', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_requestpartyevent" ("email", "id", "name", "part", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "request_id", "user_id") VALUES (OLD."email", OLD."id", OLD."name", OLD."part", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."request_id", OLD."user_id"); RETURN NULL;', hash='b3f05fbb4f5af09096b341f825b489ab6574abfd', operation='DELETE', pgid='pgtrigger_delete_delete_bf7df', table='intake_requestparty', when='AFTER'))), ('requestpartyevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9eef73e651547b642f6468d97a9c45f6642bdf61', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_d8ab7', table='intake_requestpartyevent', when='BEFORE'))), ('requestquestion', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_requestquestionevent" ("answer", "answered_at", "answered_by_id", "asked_at", "asked_by_id", "created_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "request_id", "text", "updated_at", "version") VALUES (NEW."answer", NEW."answered_at", NEW."answered_by_id", NEW."asked_at", NEW."asked_by_id", NEW."created_at", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."request_id", NEW."text", NEW."updated_at", NEW."version"); RETURN NULL;', hash='9d9304fdb2d1084d85dda51dd017ee022a527b10', operation='INSERT', pgid='pgtrigger_insert_insert_c9363', table='intake_requestquestion', when='AFTER'))), ('requestquestion', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_requestquestionevent" ("answer", "answered_at", "answered_by_id", "asked_at", "asked_by_id", "created_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "request_id", "text", "updated_at", "version") VALUES (NEW."answer", NEW."answered_at", NEW."answered_by_id", NEW."asked_at", NEW."asked_by_id", NEW."created_at", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."request_id", NEW."text", NEW."updated_at", NEW."version"); RETURN NULL;', hash='a171cb9fdc6dfd537d6786704d748fb954070172', operation='UPDATE', pgid='pgtrigger_update_update_50c01', table='intake_requestquestion', when='AFTER'))), ('requestquestion', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_requestquestionevent" ("answer", "answered_at", "answered_by_id", "asked_at", "asked_by_id", "created_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "request_id", "text", "updated_at", "version") VALUES (OLD."answer", OLD."answered_at", OLD."answered_by_id", OLD."asked_at", OLD."asked_by_id", OLD."created_at", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."request_id", OLD."text", OLD."updated_at", OLD."version"); RETURN NULL;', hash='a3698374c78ffc2fba186521e5f3d5b5d7575c21', operation='DELETE', pgid='pgtrigger_delete_delete_75e7c', table='intake_requestquestion', when='AFTER'))), ('requestquestionevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='22f0800d570ac6fd11d2a60cd7ab94f081552da1', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_40aca', table='intake_requestquestionevent', when='BEFORE'))), ('requestevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='924316dd70d9d1e29c28c172fdd9aecddad581e7', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_54419', table='intake_requestevent', when='BEFORE'))), ('request', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_requestevent" ("answers", "created_at", "currency", "custom", "estimated_benefit", "estimated_cost", "form_version_id", "helps", "helps_how", "id", "is_confidential", "merged_into_id", "moved_at", "need", "needed_by_on", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "purpose", "reference", "requester_email", "requester_id", "requester_name", "resume_on", "source", "split_from_id", "sponsor_id", "state", "submitted_at", "tags", "title", "type_id", "unit_id", "updated_at", "version") VALUES (NEW."answers", NEW."created_at", NEW."currency", NEW."custom", NEW."estimated_benefit", NEW."estimated_cost", NEW."form_version_id", NEW."helps", NEW."helps_how", NEW."id", NEW."is_confidential", NEW."merged_into_id", NEW."moved_at", NEW."need", NEW."needed_by_on", NEW."owner_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."project_id", NEW."purpose", NEW."reference", NEW."requester_email", NEW."requester_id", NEW."requester_name", NEW."resume_on", NEW."source", NEW."split_from_id", NEW."sponsor_id", NEW."state", NEW."submitted_at", NEW."tags", NEW."title", NEW."type_id", NEW."unit_id", NEW."updated_at", NEW."version"); RETURN NULL;', hash='4b1e34a47b65154e9a7a1722c44ba16246df17a6', operation='INSERT', pgid='pgtrigger_insert_insert_80c4e', table='intake_request', when='AFTER'))), ('request', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."answers" IS DISTINCT FROM (NEW."answers") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."custom" IS DISTINCT FROM (NEW."custom") OR OLD."estimated_benefit" IS DISTINCT FROM (NEW."estimated_benefit") OR OLD."estimated_cost" IS DISTINCT FROM (NEW."estimated_cost") OR OLD."form_version_id" IS DISTINCT FROM (NEW."form_version_id") OR OLD."helps" IS DISTINCT FROM (NEW."helps") OR OLD."helps_how" IS DISTINCT FROM (NEW."helps_how") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_confidential" IS DISTINCT FROM (NEW."is_confidential") OR OLD."merged_into_id" IS DISTINCT FROM (NEW."merged_into_id") OR OLD."moved_at" IS DISTINCT FROM (NEW."moved_at") OR OLD."need" IS DISTINCT FROM (NEW."need") OR OLD."needed_by_on" IS DISTINCT FROM (NEW."needed_by_on") OR OLD."owner_id" IS DISTINCT FROM (NEW."owner_id") OR OLD."project_id" IS DISTINCT FROM (NEW."project_id") OR OLD."purpose" IS DISTINCT FROM (NEW."purpose") OR OLD."reference" IS DISTINCT FROM (NEW."reference") OR OLD."requester_id" IS DISTINCT FROM (NEW."requester_id") OR OLD."requester_email" IS DISTINCT FROM (NEW."requester_email") OR OLD."requester_name" IS DISTINCT FROM (NEW."requester_name") OR OLD."resume_on" IS DISTINCT FROM (NEW."resume_on") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."split_from_id" IS DISTINCT FROM (NEW."split_from_id") OR OLD."sponsor_id" IS DISTINCT FROM (NEW."sponsor_id") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."submitted_at" IS DISTINCT FROM (NEW."submitted_at") OR OLD."tags" IS DISTINCT FROM (NEW."tags") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."type_id" IS DISTINCT FROM (NEW."type_id") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id") OR OLD."updated_at" IS DISTINCT FROM (NEW."updated_at") OR OLD."version" IS DISTINCT FROM (NEW."version"))', func='INSERT INTO "intake_requestevent" ("answers", "created_at", "currency", "custom", "estimated_benefit", "estimated_cost", "form_version_id", "helps", "helps_how", "id", "is_confidential", "merged_into_id", "moved_at", "need", "needed_by_on", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "purpose", "reference", "requester_email", "requester_id", "requester_name", "resume_on", "source", "split_from_id", "sponsor_id", "state", "submitted_at", "tags", "title", "type_id", "unit_id", "updated_at", "version") VALUES (NEW."answers", NEW."created_at", NEW."currency", NEW."custom", NEW."estimated_benefit", NEW."estimated_cost", NEW."form_version_id", NEW."helps", NEW."helps_how", NEW."id", NEW."is_confidential", NEW."merged_into_id", NEW."moved_at", NEW."need", NEW."needed_by_on", NEW."owner_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."project_id", NEW."purpose", NEW."reference", NEW."requester_email", NEW."requester_id", NEW."requester_name", NEW."resume_on", NEW."source", NEW."split_from_id", NEW."sponsor_id", NEW."state", NEW."submitted_at", NEW."tags", NEW."title", NEW."type_id", NEW."unit_id", NEW."updated_at", NEW."version"); RETURN NULL;', hash='065502c11e4ed7484810b5c2fbec5e273bbe1480', operation='UPDATE', pgid='pgtrigger_update_update_f29c4', table='intake_request', when='AFTER'))), ('request', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_requestevent" ("answers", "created_at", "currency", "custom", "estimated_benefit", "estimated_cost", "form_version_id", "helps", "helps_how", "id", "is_confidential", "merged_into_id", "moved_at", "need", "needed_by_on", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "project_id", "purpose", "reference", "requester_email", "requester_id", "requester_name", "resume_on", "source", "split_from_id", "sponsor_id", "state", "submitted_at", "tags", "title", "type_id", "unit_id", "updated_at", "version") VALUES (OLD."answers", OLD."created_at", OLD."currency", OLD."custom", OLD."estimated_benefit", OLD."estimated_cost", OLD."form_version_id", OLD."helps", OLD."helps_how", OLD."id", OLD."is_confidential", OLD."merged_into_id", OLD."moved_at", OLD."need", OLD."needed_by_on", OLD."owner_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."project_id", OLD."purpose", OLD."reference", OLD."requester_email", OLD."requester_id", OLD."requester_name", OLD."resume_on", OLD."source", OLD."split_from_id", OLD."sponsor_id", OLD."state", OLD."submitted_at", OLD."tags", OLD."title", OLD."type_id", OLD."unit_id", OLD."updated_at", OLD."version"); RETURN NULL;', hash='2a3592405da2cf6d39c164f47cb2ade0429999fa', operation='DELETE', pgid='pgtrigger_delete_delete_59ed2', table='intake_request', when='AFTER'))), ('formversionevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='54e6d247046669f3af8c040d67306b4fee87b3c9', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_145af', table='intake_formversionevent', when='BEFORE'))), ('formversion', pgtrigger.compiler.Trigger(name='freeze_published', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."published_at" IS NOT NULL)', func="RAISE EXCEPTION 'A published form is frozen: make a new version.';", hash='29ae1f2ad59a2b832b2034258430cc83aee9f916', operation='UPDATE OR DELETE', pgid='pgtrigger_freeze_published_e894b', table='intake_formversion', when='BEFORE'))), ('formversion', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_formversionevent" ("created_at", "document", "id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id", "type_id", "updated_at", "version") VALUES (NEW."created_at", NEW."document", NEW."id", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."published_at", NEW."published_by_id", NEW."type_id", NEW."updated_at", NEW."version"); RETURN NULL;', hash='c4254b29e74fe3b1116066535b4772da8e08b6f2', operation='INSERT', pgid='pgtrigger_insert_insert_ad91e', table='intake_formversion', when='AFTER'))), ('formversion', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_formversionevent" ("created_at", "document", "id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id", "type_id", "updated_at", "version") VALUES (NEW."created_at", NEW."document", NEW."id", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."published_at", NEW."published_by_id", NEW."type_id", NEW."updated_at", NEW."version"); RETURN NULL;', hash='c15fdf25bfdc4dbabaae55322c3fb5bfd3b543e4', operation='UPDATE', pgid='pgtrigger_update_update_a3be5', table='intake_formversion', when='AFTER'))), ('formversion', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_formversionevent" ("created_at", "document", "id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id", "type_id", "updated_at", "version") VALUES (OLD."created_at", OLD."document", OLD."id", OLD."number", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."published_at", OLD."published_by_id", OLD."type_id", OLD."updated_at", OLD."version"); RETURN NULL;', hash='573adb6b1fc39e628f297cce080d94d7a261963d', operation='DELETE', pgid='pgtrigger_delete_delete_e1215', table='intake_formversion', when='AFTER'))), ('requesttypeevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='2a5c761312304db8d7dc8b45b0ab9911d93056f3', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_816ea', table='intake_requesttypeevent', when='BEFORE'))), ('rankedentryevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='dd7b63656ca707296cbe736d43ea4f7306aa9d25', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_f8957', table='intake_rankedentryevent', when='BEFORE'))), ('rankedentry', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_rankedentryevent" ("id", "must_do", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "reason", "request_id", "round_id") VALUES (NEW."id", NEW."must_do", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."reason", NEW."request_id", NEW."round_id"); RETURN NULL;', hash='7ba110d44c9a358f9994e1e68d89b7f78b469e91', operation='INSERT', pgid='pgtrigger_insert_insert_93072', table='intake_rankedentry', when='AFTER'))), ('rankedentry', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_rankedentryevent" ("id", "must_do", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "reason", "request_id", "round_id") VALUES (NEW."id", NEW."must_do", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."reason", NEW."request_id", NEW."round_id"); RETURN NULL;', hash='94ddcba14a021ec6a194b4e6b2af26717e91f6cc', operation='UPDATE', pgid='pgtrigger_update_update_27173', table='intake_rankedentry', when='AFTER'))), ('rankedentry', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_rankedentryevent" ("id", "must_do", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "reason", "request_id", "round_id") VALUES (OLD."id", OLD."must_do", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."position", OLD."reason", OLD."request_id", OLD."round_id"); RETURN NULL;', hash='5b0ee82fecf80b30abb017bc601faa8ee6a0508b', operation='DELETE', pgid='pgtrigger_delete_delete_74963', table='intake_rankedentry', when='AFTER'))), ('decisionmeetingevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='74a6dd7090d515fad5c2b9f62364f0e819e26b89', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_4c0d2', table='intake_decisionmeetingevent', when='BEFORE'))), ('decisionmeeting', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_decisionmeetingevent" ("closed_at", "created_at", "held_on", "id", "minutes", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quorum", "round_id", "updated_at", "version") VALUES (NEW."closed_at", NEW."created_at", NEW."held_on", NEW."id", NEW."minutes", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."quorum", NEW."round_id", NEW."updated_at", NEW."version"); RETURN NULL;', hash='e479a3ba1e57b72aaecf51284cc2e150e0c8726c', operation='INSERT', pgid='pgtrigger_insert_insert_83242', table='intake_decisionmeeting', when='AFTER'))), ('decisionmeeting', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_decisionmeetingevent" ("closed_at", "created_at", "held_on", "id", "minutes", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quorum", "round_id", "updated_at", "version") VALUES (NEW."closed_at", NEW."created_at", NEW."held_on", NEW."id", NEW."minutes", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."quorum", NEW."round_id", NEW."updated_at", NEW."version"); RETURN NULL;', hash='4c427dbfc2ed9aeb1868540c812171ce1927159f', operation='UPDATE', pgid='pgtrigger_update_update_97604', table='intake_decisionmeeting', when='AFTER'))), ('decisionmeeting', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_decisionmeetingevent" ("closed_at", "created_at", "held_on", "id", "minutes", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "quorum", "round_id", "updated_at", "version") VALUES (OLD."closed_at", OLD."created_at", OLD."held_on", OLD."id", OLD."minutes", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."quorum", OLD."round_id", OLD."updated_at", OLD."version"); RETURN NULL;', hash='7e8a950bbe4d7e7c13fb5260f0a08868ee752d55', operation='DELETE', pgid='pgtrigger_delete_delete_a1ba7', table='intake_decisionmeeting', when='AFTER'))), ('selectionroundevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9814b43f9d058bdd3cffb61c58ecdee12d37dace', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_91251', table='intake_selectionroundevent', when='BEFORE'))), ('vote', pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_voteevent" ("choice", "comment", "id", "item_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id", "voted_at") VALUES (NEW."choice", NEW."comment", NEW."id", NEW."item_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."user_id", NEW."voted_at"); RETURN NULL;', hash='5e3906e14c324e3f874ff44356d98e1e8cac22b1', operation='INSERT', pgid='pgtrigger_insert_insert_9ea79', table='intake_vote', when='AFTER'))), ('vote', pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "intake_voteevent" ("choice", "comment", "id", "item_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id", "voted_at") VALUES (NEW."choice", NEW."comment", NEW."id", NEW."item_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."user_id", NEW."voted_at"); RETURN NULL;', hash='6840a53ad57ab349b31b16e31917cabfcea276d8', operation='UPDATE', pgid='pgtrigger_update_update_e9d95', table='intake_vote', when='AFTER'))), ('vote', pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "intake_voteevent" ("choice", "comment", "id", "item_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id", "voted_at") VALUES (OLD."choice", OLD."comment", OLD."id", OLD."item_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."user_id", OLD."voted_at"); RETURN NULL;', hash='668ebec06fce3ce477cd410f0b0c9c372292d11b', operation='DELETE', pgid='pgtrigger_delete_delete_1025a', table='intake_vote', when='AFTER'))), ('voteevent', pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f2ce5b1f5412612312e43be2f47ba4a63039ecbd', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_e83c1', table='intake_voteevent', when='BEFORE')))],
        ),
    ]
