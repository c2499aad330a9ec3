"""The made-up people of the demonstration. The eight who can sign in share one password."""

from dataclasses import dataclass
from unicodedata import normalize

from django.contrib.auth.hashers import make_password

from accounts.models import OrganisationUnit, RoleGrant, User

PASSWORD = "portfolio-demo"  # noqa: S105 - printed at the end of `make run`
SIGN_INS = {
    "admin@demo.example": ("Ada Lindqvist", "Administrator", "administrator"),
    "head@demo.example": ("Helen Okafor", "Head of the portfolio office", "pmo_head"),
    "analyst@demo.example": ("Tomás Rivera", "Portfolio analyst", "pmo_analyst"),
    "board@demo.example": ("Margaret Osei", "Investment board member", "board_member"),
    "auditor@demo.example": ("Ines Moreau", "Internal auditor", "auditor"),
    "requester@demo.example": ("Sam Whitfield", "Service owner", "requester"),
    "pm@demo.example": ("Priya Nair", "Project manager", ""),
    "sponsor@demo.example": ("David Achterberg", "Senior responsible owner", ""),
}
MANAGERS = [
    "Alan Byrne",
    "Beth Carrow",
    "Chidi Eze",
    "Dana Fischer",
    "Elif Güneş",
    "Farah Hadid",
    "George Ito",
    "Hana Jansen",
    "Ivan Kovač",
    "Julia Lund",
    "Karim Mansour",
    "Lena Novak",
    "Marco Orsini",
    "Nadia Petrov",
    "Owen Quirke",
    "Petra Roth",
    "Quentin Sala",
    "Rosa Tavares",
    "Sunil Uppal",
    "Tara Vance",
    "Umar Wahid",
    "Vera Xu",
    "Will Yarrow",
]
SPONSORS = [
    "Agnes Brook",
    "Bram Coster",
    "Carla Dunn",
    "Dev Engel",
    "Esther Fry",
    "Frank Gale",
    "Greta Holm",
    "Hugo Irving",
    "Isla Jarvis",
    "Jonas Keller",
]


@dataclass(frozen=True)
class People:
    """Who manages and who sponsors; the first of each can sign in."""

    managers: list[User]
    sponsors: list[User]
    analyst: User
    head: User
    board: User
    requester: User


def sign_in_lines() -> list[str]:
    """What `make run` prints: an address a line with what the person is."""
    return [f"{email:24} {title}" for email, (_name, title, _role) in SIGN_INS.items()]


def make_people() -> People:
    """Create everyone: eight sign-ins with roles, and managers and sponsors who only appear by name."""
    password = make_password(PASSWORD)  # once: hashing is slow by design
    signing_in = [
        User(email=email, name=name, job_title=title, password=password) for email, (name, title, _role) in SIGN_INS.items()
    ]
    others = [_named(name, "Project manager") for name in MANAGERS] + [
        _named(name, "Senior responsible owner") for name in SPONSORS
    ]
    User.objects.bulk_create(signing_in + others)
    people = {user.email: user for user in User.objects.all()}
    RoleGrant.objects.bulk_create(
        RoleGrant(user=people[email], role=role) for email, (_name, _title, role) in SIGN_INS.items() if role
    )
    by_name = {user.name: user for user in people.values()}
    return People(
        managers=[people["pm@demo.example"], *(by_name[name] for name in MANAGERS)],
        sponsors=[people["sponsor@demo.example"], *(by_name[name] for name in SPONSORS)],
        analyst=people["analyst@demo.example"],
        head=people["head@demo.example"],
        board=people["board@demo.example"],
        requester=people["requester@demo.example"],
    )


def _named(name: str, title: str) -> User:
    plain = normalize("NFKD", name.lower().replace(" ", "."))  # the accents apart from their letters
    return User(
        email=f"{plain.encode('ascii', 'ignore').decode()}@demo.example",
        name=name,
        job_title=title,
        password="!",  # noqa: S106 - nobody signs in with it
        is_active=True,
    )


def seat(unit: OrganisationUnit, person: User) -> None:
    """Say in which unit a person works."""
    User.objects.filter(pk=person.pk).update(unit=unit)
