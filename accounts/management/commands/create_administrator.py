"""`manage.py create_administrator EMAIL`: the first person of an empty installation."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from accounts.actions.passwords import password_link
from accounts.models import RoleGrant, User
from core.history import recorded


class Command(BaseCommand):
    """Opens the account, or gives an existing one the role, and prints a link to choose a password."""

    help = "Make somebody administrator and print the link with which they choose a password."

    def add_arguments(self, parser: Any) -> None:
        """Who."""
        parser.add_argument("email")
        parser.add_argument("--name", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        """Works on an installation with people too: for when nobody can administer it any more."""
        email = options["email"].strip().lower()
        try:
            validate_email(email)
        except ValidationError as error:
            raise CommandError(f"{email} is not an e-mail address.") from error
        with transaction.atomic(), recorded("accounts.administrator.created", job="create_administrator"):
            person = User.objects.filter(email=email).first() or User.objects.create_user(email, options["name"])
            if not person.is_active:
                raise CommandError(f"{email} is disabled: enable the person first, or name another address.")
            RoleGrant.objects.get_or_create(user=person, role="administrator", unit=None)
        minutes = settings.PASSWORD_RESET_TIMEOUT // 60
        print(f"{person.email} is administrator. Choose a password within {minutes} minutes:\n{password_link(person)}")
