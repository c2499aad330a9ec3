import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('contenttypes', '0002_remove_content_type_name'),
        ('core', '0001_extensions'),
        ('pghistory', '0007_auto_20250421_0444'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReferenceCounter',
            fields=[
                ('prefix', models.CharField(max_length=8, primary_key=True, serialize=False)),
                ('last', models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_id', models.PositiveBigIntegerField()),
                ('file', models.FileField(max_length=300, upload_to='attachments/%Y/%m/', verbose_name='file')),
                ('name', models.CharField(max_length=255, verbose_name='name')),
                ('size', models.PositiveBigIntegerField(verbose_name='size in bytes')),
                ('sha256', models.CharField(max_length=64, verbose_name='SHA-256')),
                ('content_type', models.CharField(max_length=120, verbose_name='type as sniffed')),
                ('uploaded_at', models.DateTimeField(auto_now_add=True, verbose_name='uploaded')),
                ('removed_at', models.DateTimeField(blank=True, null=True, verbose_name='removed')),
                ('subject_type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contenttypes.contenttype')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='uploaded by')),
            ],
            options={
                'ordering': ['-uploaded_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='AttachmentEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('subject_id', models.PositiveBigIntegerField()),
                ('file', models.FileField(max_length=300, upload_to='attachments/%Y/%m/', verbose_name='file')),
                ('name', models.CharField(max_length=255, verbose_name='name')),
                ('size', models.PositiveBigIntegerField(verbose_name='size in bytes')),
                ('sha256', models.CharField(max_length=64, verbose_name='SHA-256')),
                ('content_type', models.CharField(max_length=120, verbose_name='type as sniffed')),
                ('uploaded_at', models.DateTimeField(auto_now_add=True, verbose_name='uploaded')),
                ('removed_at', models.DateTimeField(blank=True, null=True, verbose_name='removed')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='core.attachment')),
                ('subject_type', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='contenttypes.contenttype')),
                ('uploaded_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='uploaded by')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject_id', models.PositiveBigIntegerField()),
                ('text', models.TextField(max_length=10000, verbose_name='comment')),
                ('written_at', models.DateTimeField(auto_now_add=True, verbose_name='written')),
                ('edited_at', models.DateTimeField(blank=True, null=True, verbose_name='edited')),
                ('removed_at', models.DateTimeField(blank=True, null=True, verbose_name='removed')),
                ('subject_type', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='contenttypes.contenttype')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='written by')),
            ],
            options={
                'ordering': ['written_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='CommentEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('subject_id', models.PositiveBigIntegerField()),
                ('text', models.TextField(max_length=10000, verbose_name='comment')),
                ('written_at', models.DateTimeField(auto_now_add=True, verbose_name='written')),
                ('edited_at', models.DateTimeField(blank=True, null=True, verbose_name='edited')),
                ('removed_at', models.DateTimeField(blank=True, null=True, verbose_name='removed')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='core.comment')),
                ('subject_type', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='contenttypes.contenttype')),
                ('written_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='written by')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ImportJob',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('target', models.CharField(max_length=40, verbose_name='what')),
                ('file', models.FileField(max_length=300, upload_to='imports/%Y/%m/', verbose_name='file')),
                ('name', models.CharField(max_length=255, verbose_name='file name')),
                ('size', models.PositiveBigIntegerField(verbose_name='size in bytes')),
                ('sha256', models.CharField(max_length=64, verbose_name='SHA-256')),
                ('state', models.CharField(choices=[('uploaded', 'Uploaded'), ('reading', 'Being read'), ('read', 'Read: place the columns'), ('mapped', 'Waiting for the preview'), ('planning', 'Preview in the making'), ('previewed', 'Waiting for confirmation'), ('confirmed', 'Confirmed'), ('applying', 'Being imported'), ('applied', 'Imported'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='uploaded', max_length=10, verbose_name='state')),
                ('sheet', models.CharField(blank=True, max_length=255, verbose_name='sheet')),
                ('header_line', models.PositiveIntegerField(blank=True, null=True, verbose_name='header line')),
                ('transposed', models.BooleanField(default=False, verbose_name='one column per record')),
                ('reading', models.JSONField(blank=True, default=dict)),
                ('mapping', models.JSONField(blank=True, default=dict, verbose_name='mapping')),
                ('mapping_name', models.CharField(blank=True, max_length=80, verbose_name="mapping's name")),
                ('options', models.JSONField(blank=True, default=dict, verbose_name='options')),
                ('plan_digest', models.CharField(blank=True, max_length=64)),
                ('report', models.JSONField(blank=True, default=dict, verbose_name='report')),
                ('error', models.JSONField(blank=True, default=list, verbose_name='why it failed')),
                ('claimed_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='finished')),
                ('started_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='started by')),
            ],
            options={
                'verbose_name': 'import',
                'verbose_name_plural': 'imports',
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='ImportJobEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('target', models.CharField(max_length=40, verbose_name='what')),
                ('file', models.FileField(max_length=300, upload_to='imports/%Y/%m/', verbose_name='file')),
                ('name', models.CharField(max_length=255, verbose_name='file name')),
                ('size', models.PositiveBigIntegerField(verbose_name='size in bytes')),
                ('sha256', models.CharField(max_length=64, verbose_name='SHA-256')),
                ('state', models.CharField(choices=[('uploaded', 'Uploaded'), ('reading', 'Being read'), ('read', 'Read: place the columns'), ('mapped', 'Waiting for the preview'), ('planning', 'Preview in the making'), ('previewed', 'Waiting for confirmation'), ('confirmed', 'Confirmed'), ('applying', 'Being imported'), ('applied', 'Imported'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='uploaded', max_length=10, verbose_name='state')),
                ('sheet', models.CharField(blank=True, max_length=255, verbose_name='sheet')),
                ('header_line', models.PositiveIntegerField(blank=True, null=True, verbose_name='header line')),
                ('transposed', models.BooleanField(default=False, verbose_name='one column per record')),
                ('mapping', models.JSONField(blank=True, default=dict, verbose_name='mapping')),
                ('mapping_name', models.CharField(blank=True, max_length=80, verbose_name="mapping's name")),
                ('options', models.JSONField(blank=True, default=dict, verbose_name='options')),
                ('plan_digest', models.CharField(blank=True, max_length=64)),
                ('report', models.JSONField(blank=True, default=dict, verbose_name='report')),
                ('error', models.JSONField(blank=True, default=list, verbose_name='why it failed')),
                ('finished_at', models.DateTimeField(blank=True, null=True, verbose_name='finished')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='core.importjob')),
                ('started_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='started by')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ImportMapping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('target', models.CharField(max_length=40, verbose_name='what')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('fingerprint', models.CharField(max_length=64)),
                ('fields', models.JSONField(default=dict, help_text='Column name -> field.', verbose_name='columns')),
                ('options', models.JSONField(blank=True, default=dict, verbose_name='options')),
                ('made_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='saved by')),
            ],
            options={
                'verbose_name': 'import mapping',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='ImportMappingEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='version')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('target', models.CharField(max_length=40, verbose_name='what')),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('fingerprint', models.CharField(max_length=64)),
                ('fields', models.JSONField(default=dict, help_text='Column name -> field.', verbose_name='columns')),
                ('options', models.JSONField(blank=True, default=dict, verbose_name='options')),
                ('made_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='saved by')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='core.importmapping')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ImportRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('place', models.CharField(max_length=12, verbose_name='line')),
                ('verdict', models.CharField(choices=[('create', 'Create'), ('change', 'Change'), ('leave', 'Leave as it is'), ('ask', 'Question'), ('refuse', 'Not imported')], max_length=8, verbose_name='what happens')),
                ('title', models.CharField(blank=True, max_length=300, verbose_name='title')),
                ('reference', models.CharField(blank=True, max_length=40, verbose_name='reference')),
                ('differences', models.JSONField(blank=True, default=list)),
                ('losses', models.JSONField(blank=True, default=list)),
                ('notes', models.JSONField(blank=True, default=list)),
                ('question', models.JSONField(blank=True, default=list)),
                ('loss_count', models.PositiveIntegerField(default=0)),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='core.importjob')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200)),
                ('text', models.CharField(max_length=300, verbose_name='text')),
                ('url', models.CharField(max_length=300)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='read')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('page', models.CharField(help_text='URL name of the list, e.g. portfolio:project-list', max_length=60)),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('query', models.CharField(blank=True, max_length=2000)),
                ('is_shared', models.BooleanField(default=False, verbose_name='shared with everyone')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='SavedViewEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('page', models.CharField(help_text='URL name of the list, e.g. portfolio:project-list', max_length=60)),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('query', models.CharField(blank=True, max_length=2000)),
                ('is_shared', models.BooleanField(default=False, verbose_name='shared with everyone')),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='core.savedview')),
                ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddIndex(
            model_name='attachment',
            index=models.Index(fields=['subject_type', 'subject_id', '-uploaded_at'], name='attachment_of_subject'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attachment',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "core_attachmentevent" ("content_type", "file", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "removed_at", "sha256", "size", "subject_id", "subject_type_id", "uploaded_at", "uploaded_by_id") VALUES (NEW."content_type", NEW."file", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."removed_at", NEW."sha256", NEW."size", NEW."subject_id", NEW."subject_type_id", NEW."uploaded_at", NEW."uploaded_by_id"); RETURN NULL;', hash='91bbcaa7aa86f4733ca388328a2601f73dfc846b', operation='INSERT', pgid='pgtrigger_insert_insert_31589', table='core_attachment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attachment',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "core_attachmentevent" ("content_type", "file", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "removed_at", "sha256", "size", "subject_id", "subject_type_id", "uploaded_at", "uploaded_by_id") VALUES (NEW."content_type", NEW."file", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."removed_at", NEW."sha256", NEW."size", NEW."subject_id", NEW."subject_type_id", NEW."uploaded_at", NEW."uploaded_by_id"); RETURN NULL;', hash='bcf4c058fb9a1a8c65ea5610315e0024a5ad77c1', operation='UPDATE', pgid='pgtrigger_update_update_b73a5', table='core_attachment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attachment',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "core_attachmentevent" ("content_type", "file", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "removed_at", "sha256", "size", "subject_id", "subject_type_id", "uploaded_at", "uploaded_by_id") VALUES (OLD."content_type", OLD."file", OLD."id", OLD."name", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."removed_at", OLD."sha256", OLD."size", OLD."subject_id", OLD."subject_type_id", OLD."uploaded_at", OLD."uploaded_by_id"); RETURN NULL;', hash='cfe303e141921debfd91945b43a2f417a385c730', operation='DELETE', pgid='pgtrigger_delete_delete_5704f', table='core_attachment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attachmentevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d62f5f1882bd2f4cb320ca654facee23353ef019', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_cbda9', table='core_attachmentevent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(fields=['subject_type', 'subject_id', 'written_at'], name='comment_of_subject'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='comment',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "core_commentevent" ("edited_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "removed_at", "subject_id", "subject_type_id", "text", "written_at", "written_by_id") VALUES (NEW."edited_at", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."removed_at", NEW."subject_id", NEW."subject_type_id", NEW."text", NEW."written_at", NEW."written_by_id"); RETURN NULL;', hash='fa6d54182bf79d3d44f8ceb9dbad8d45fdc25247', operation='INSERT', pgid='pgtrigger_insert_insert_b8e5a', table='core_comment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='comment',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "core_commentevent" ("edited_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "removed_at", "subject_id", "subject_type_id", "text", "written_at", "written_by_id") VALUES (NEW."edited_at", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."removed_at", NEW."subject_id", NEW."subject_type_id", NEW."text", NEW."written_at", NEW."written_by_id"); RETURN NULL;', hash='f73e5943847169f4323564a7124815f4f9d26c02', operation='UPDATE', pgid='pgtrigger_update_update_f7658', table='core_comment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='comment',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "core_commentevent" ("edited_at", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "removed_at", "subject_id", "subject_type_id", "text", "written_at", "written_by_id") VALUES (OLD."edited_at", OLD."id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."removed_at", OLD."subject_id", OLD."subject_type_id", OLD."text", OLD."written_at", OLD."written_by_id"); RETURN NULL;', hash='6e445aaf8f55c0c3c5695db316895267457489bf', operation='DELETE', pgid='pgtrigger_delete_delete_7460e', table='core_comment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='commentevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='01e76af1e80a75f5d104ae542fed12607f7670d2', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_d05ea', table='core_commentevent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='importjob',
            index=models.Index(condition=models.Q(('state__in', ['uploaded', 'mapped', 'confirmed', 'reading', 'planning', 'applying'])), fields=['updated_at'], name='import_unfinished'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='importjob',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "core_importjobevent" ("created_at", "error", "file", "finished_at", "header_line", "id", "mapping", "mapping_name", "name", "options", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_digest", "report", "sha256", "sheet", "size", "started_by_id", "state", "target", "transposed", "updated_at", "version") VALUES (NEW."created_at", NEW."error", NEW."file", NEW."finished_at", NEW."header_line", NEW."id", NEW."mapping", NEW."mapping_name", NEW."name", NEW."options", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."plan_digest", NEW."report", NEW."sha256", NEW."sheet", NEW."size", NEW."started_by_id", NEW."state", NEW."target", NEW."transposed", NEW."updated_at", NEW."version"); RETURN NULL;', hash='e162a22c9278ce277cbff447af6a3ea795607672', operation='INSERT', pgid='pgtrigger_insert_insert_aca42', table='core_importjob', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='importjob',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."error" IS DISTINCT FROM (NEW."error") OR OLD."file" IS DISTINCT FROM (NEW."file") OR OLD."finished_at" IS DISTINCT FROM (NEW."finished_at") OR OLD."header_line" IS DISTINCT FROM (NEW."header_line") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."mapping" IS DISTINCT FROM (NEW."mapping") OR OLD."mapping_name" IS DISTINCT FROM (NEW."mapping_name") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."options" IS DISTINCT FROM (NEW."options") OR OLD."plan_digest" IS DISTINCT FROM (NEW."plan_digest") OR OLD."report" IS DISTINCT FROM (NEW."report") OR OLD."sha256" IS DISTINCT FROM (NEW."sha256") OR OLD."sheet" IS DISTINCT FROM (NEW."sheet") OR OLD."size" IS DISTINCT FROM (NEW."size") OR OLD."started_by_id" IS DISTINCT FROM (NEW."started_by_id") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."target" IS DISTINCT FROM (NEW."target") OR OLD."transposed" IS DISTINCT FROM (NEW."transposed") OR OLD."updated_at" IS DISTINCT FROM (NEW."updated_at") OR OLD."version" IS DISTINCT FROM (NEW."version"))', func='INSERT INTO "core_importjobevent" ("created_at", "error", "file", "finished_at", "header_line", "id", "mapping", "mapping_name", "name", "options", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_digest", "report", "sha256", "sheet", "size", "started_by_id", "state", "target", "transposed", "updated_at", "version") VALUES (NEW."created_at", NEW."error", NEW."file", NEW."finished_at", NEW."header_line", NEW."id", NEW."mapping", NEW."mapping_name", NEW."name", NEW."options", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."plan_digest", NEW."report", NEW."sha256", NEW."sheet", NEW."size", NEW."started_by_id", NEW."state", NEW."target", NEW."transposed", NEW."updated_at", NEW."version"); RETURN NULL;', hash='27708e001bb2554fbbc4006c2e98b420b45ec2b2', operation='UPDATE', pgid='pgtrigger_update_update_c52c2', table='core_importjob', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='importjob',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "core_importjobevent" ("created_at", "error", "file", "finished_at", "header_line", "id", "mapping", "mapping_name", "name", "options", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "plan_digest", "report", "sha256", "sheet", "size", "started_by_id", "state", "target", "transposed", "updated_at", "version") VALUES (OLD."created_at", OLD."error", OLD."file", OLD."finished_at", OLD."header_line", OLD."id", OLD."mapping", OLD."mapping_name", OLD."name", OLD."options", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."plan_digest", OLD."report", OLD."sha256", OLD."sheet", OLD."size", OLD."started_by_id", OLD."state", OLD."target", OLD."transposed", OLD."updated_at", OLD."version"); RETURN NULL;', hash='53d7ba82881a6909cbc921fa25f7fb3c6af0bb45', operation='DELETE', pgid='pgtrigger_delete_delete_12bbc', table='core_importjob', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='importjobevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='2c0706f0c60ce0b42ef3c13851904b3a62d60a60', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_d16ce', table='core_importjobevent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='importmapping',
            index=models.Index(fields=['target', 'fingerprint'], name='import_mapping_headers'),
        ),
        migrations.AddConstraint(
            model_name='importmapping',
            constraint=models.UniqueConstraint(fields=('target', 'name'), name='import_mapping_name_once', violation_error_message='A mapping of this name exists already.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='importmapping',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "core_importmappingevent" ("created_at", "fields", "fingerprint", "id", "made_by_id", "name", "options", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "target", "updated_at", "version") VALUES (NEW."created_at", NEW."fields", NEW."fingerprint", NEW."id", NEW."made_by_id", NEW."name", NEW."options", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."target", NEW."updated_at", NEW."version"); RETURN NULL;', hash='2315665664334a152dcf3bb40621705f99107c69', operation='INSERT', pgid='pgtrigger_insert_insert_de6d0', table='core_importmapping', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='importmapping',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "core_importmappingevent" ("created_at", "fields", "fingerprint", "id", "made_by_id", "name", "options", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "target", "updated_at", "version") VALUES (NEW."created_at", NEW."fields", NEW."fingerprint", NEW."id", NEW."made_by_id", NEW."name", NEW."options", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."target", NEW."updated_at", NEW."version"); RETURN NULL;', hash='c170a49f5cd7a9660f04014c3aedc8bf2014ee3d', operation='UPDATE', pgid='pgtrigger_update_update_2480f', table='core_importmapping', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='importmapping',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "core_importmappingevent" ("created_at", "fields", "fingerprint", "id", "made_by_id", "name", "options", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "target", "updated_at", "version") VALUES (OLD."created_at", OLD."fields", OLD."fingerprint", OLD."id", OLD."made_by_id", OLD."name", OLD."options", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."target", OLD."updated_at", OLD."version"); RETURN NULL;', hash='12ba146de01d8f5549d1c23c352d6c0b57227813', operation='DELETE', pgid='pgtrigger_delete_delete_5818d', table='core_importmapping', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='importmappingevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='56dd31d7f4a07badd5781cde48fb411b6aece184', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_497f2', table='core_importmappingevent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='importrow',
            index=models.Index(fields=['job', 'verdict', 'number'], name='import_row_verdict'),
        ),
        migrations.AddConstraint(
            model_name='importrow',
            constraint=models.UniqueConstraint(fields=('job', 'number'), name='import_row_once'),
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(condition=models.Q(('read_at', None)), fields=['user', '-created_at'], name='notification_unread'),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.UniqueConstraint(fields=('user', 'key'), name='notification_once_per_event'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.UniqueConstraint(fields=('user', 'page', 'name'), name='saved_view_name_once', violation_error_message='You have a view of this name already.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='savedview',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "core_savedviewevent" ("id", "is_shared", "name", "page", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "query", "user_id") VALUES (NEW."id", NEW."is_shared", NEW."name", NEW."page", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."query", NEW."user_id"); RETURN NULL;', hash='1df55185b2bc9460d8a40cf96027defabe46e9a5', operation='INSERT', pgid='pgtrigger_insert_insert_0a132', table='core_savedview', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='savedview',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "core_savedviewevent" ("id", "is_shared", "name", "page", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "query", "user_id") VALUES (NEW."id", NEW."is_shared", NEW."name", NEW."page", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."query", NEW."user_id"); RETURN NULL;', hash='164e6e6fefeedc1bf43afc85e9afe02db9587fbc', operation='UPDATE', pgid='pgtrigger_update_update_0599a', table='core_savedview', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='savedview',
            trigger=pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "core_savedviewevent" ("id", "is_shared", "name", "page", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "query", "user_id") VALUES (OLD."id", OLD."is_shared", OLD."name", OLD."page", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."query", OLD."user_id"); RETURN NULL;', hash='be487a8b742fba1e23da4a5fabcba0663722f04c', operation='DELETE', pgid='pgtrigger_delete_delete_be239', table='core_savedview', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='savedviewevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a4036f8038073d6e0ad0e8cb03496c8fcb688f94', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_abd77', table='core_savedviewevent', when='BEFORE')),
        ),
    ]
