"""The made-up requests of the demonstration: three kinds with their questions, and what people asked for.

An idea is (kind, state, days since it was begun, title, purpose, need, how it helps, its words, cost and benefit in £k, answers).
"""

from typing import Any

IT, WORKS, LAW = "IT change", "New service or building works", "Regulatory change"


def _asked(key: str, label: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "label": label, "kind": kind, **more}


def _step(key: str, title: str, help_text: str, *questions: dict[str, Any]) -> dict[str, Any]:
    return {"key": key, "title": title, "help": help_text, "questions": list(questions)}


def _money_step(*more: dict[str, Any]) -> dict[str, Any]:
    return _step(
        "money",
        "Money and time",
        "A first guess is enough: the office works the figures out with you later.",
        _asked(
            "cost",
            "What will it cost, from start to end?",
            "money",
            maps_to="estimated_cost",
            required_at="assessment",
            help="Everything: people, suppliers, licences, works. A rough figure is better than none.",
            example="450,000",
        ),
        _asked("benefit", "What is it worth, over its life?", "money", maps_to="estimated_benefit", required_at="ready"),
        _asked("needed_by", "When is it needed?", "date", maps_to="needed_by_on"),
        _asked(
            "funding",
            "Who pays?",
            "choice",
            choices=["Own budget", "Another unit", "Central funding", "Not known yet"],
            required_at="assessment",
        ),
        *more,
    )


PEOPLE_STEP = _step(
    "people",
    "People",
    "",
    _asked("unit", "Which unit is it for?", "unit", maps_to="unit"),
    _asked(
        "sponsor",
        "Who sponsors it?",
        "person",
        maps_to="sponsor",
        required_at="ready",
        help="A senior person who wants the result and answers for it.",
    ),
    _asked("papers", "Papers that explain it", "files", help="A sketch, a quotation, figures: attach them at the end."),
)

FORMS: dict[str, tuple[str, dict[str, int], dict[str, Any]]] = {
    IT: (
        "A new system, or a change to one that people use.",
        {"submitted": 3, "screening": 10, "needs_information": 10, "assessment": 20, "ready": 15},
        {
            "steps": [
                _step(
                    "change",
                    "The change",
                    "Tell us about the system, in your own words. No technical knowledge is needed.",
                    _asked(
                        "system",
                        "Which system is it about?",
                        "short_text",
                        required_at="submitted",
                        example="Case management for licences",
                    ),
                    _asked(
                        "nature",
                        "What is to happen with it?",
                        "choice",
                        choices=["It is new", "It changes", "It is replaced", "It is switched off"],
                        required_at="submitted",
                    ),
                    _asked(
                        "successor",
                        "What takes over from it?",
                        "long_text",
                        show_if={"question": "nature", "test": "is", "value": "It is replaced"},
                    ),
                    _asked("users", "How many people use it?", "number", example="350", required_at="assessment"),
                    _asked(
                        "personal",
                        "Does it hold data about people?",
                        "yes_no",
                        required_at="submitted",
                        help="Names, addresses, health, pay: anything that tells of a person.",
                    ),
                    _asked(
                        "whose",
                        "Whose data?",
                        "choices",
                        choices=["Staff", "Citizens", "Businesses", "Children"],
                        required_at="assessment",
                        show_if={"question": "personal", "test": "is", "value": True},
                    ),
                ),
                _money_step(
                    _asked(
                        "procurement",
                        "How would it be bought?",
                        "long_text",
                        show_if={"question": "cost", "test": "at_least", "value": "100000"},
                        help="From £100,000 on there must be a competition.",
                    )
                ),
                PEOPLE_STEP,
            ]
        },
    ),
    WORKS: (
        "A service that does not exist yet, a building, or works on one.",
        {"submitted": 5, "screening": 10, "assessment": 30, "ready": 20},
        {
            "steps": [
                _step(
                    "place",
                    "The service or the place",
                    "",
                    _asked("where", "Where is it?", "short_text", required_at="submitted", example="Leeds, Wellington Place"),
                    _asked(
                        "what",
                        "What is it?",
                        "choice",
                        choices=["A new service", "A new building", "Works on a building", "A move"],
                        required_at="submitted",
                    ),
                    _asked(
                        "works",
                        "About the works",
                        "heading",
                        help="Works on a building need the estates team: they get in touch with you.",
                        show_if={"question": "what", "test": "is", "value": "Works on a building"},
                    ),
                    _asked("served", "Who is served, and how many?", "long_text", required_at="assessment"),
                    _asked("permission", "Is planning permission needed?", "choice", choices=["Yes", "No", "Not known yet"]),
                ),
                _money_step(),
                PEOPLE_STEP,
            ]
        },
    ),
    LAW: (
        "A law, a rule or a court asks for it by a day.",
        {"submitted": 2, "screening": 5, "assessment": 15, "ready": 10},
        {
            "steps": [
                _step(
                    "rule",
                    "The rule",
                    "",
                    _asked(
                        "regulation",
                        "Which law or rule is it?",
                        "short_text",
                        required_at="submitted",
                        example="Public Sector Bodies (Websites and Mobile Applications) Accessibility Regulations 2018",
                    ),
                    _asked("authority", "Who checks it?", "short_text"),
                    _asked(
                        "comply_by",
                        "By which day must it be met?",
                        "date",
                        required_at="submitted",
                        maps_to="needed_by_on",
                    ),
                    _asked("penalty", "What happens if it is not met?", "long_text", required_at="assessment"),
                    _asked("gap", "How far are we from meeting it?", "choice", choices=["Far", "Half way", "Nearly there"]),
                ),
                _step(
                    "money",
                    "Money",
                    "A first guess is enough.",
                    _asked(
                        "cost",
                        "What will it cost, from start to end?",
                        "money",
                        maps_to="estimated_cost",
                        required_at="assessment",
                    ),
                    _asked("benefit", "What does it save?", "money", maps_to="estimated_benefit"),
                ),
                PEOPLE_STEP,
            ]
        },
    ),
}

Idea = tuple[str, str, int, str, str, str, list[str], str, int, int, dict[str, Any]]

IDEAS: list[Idea] = [
    (IT, "ready", 96, "Replace the licensing case system", "One place for every licence, from application to renewal.", "The supplier ends support in March. After that nobody mends it, and a breach would stop licensing.", ["risk", "service"], "Officers stop typing a case three times.", 2400, 3900, {"system": "Licensing cases", "nature": "It is replaced", "users": "420", "personal": True, "whose": ["Citizens", "Businesses"], "successor": "A hosted product that two other departments use."}),
    (IT, "assessment", 61, "Online appointment booking for local offices", "People choose the time of their visit themselves.", "A third of the calls only ask for an appointment; callers wait eleven minutes.", ["service", "cost"], "Some 240,000 calls a year fall away.", 380, 1150, {"system": "Appointments", "nature": "It is new", "users": "900", "personal": True, "whose": ["Citizens"]}),
    (IT, "screening", 17, "Single sign-on for field inspectors", "One password for the eight tools of an inspection.", "Inspectors keep passwords on paper. The audit has raised it twice.", ["risk"], "Fewer breaches and less waiting at the door.", 140, 260, {"system": "Inspection tools", "nature": "It changes", "users": "1300", "personal": True, "whose": ["Staff"]}),
    (IT, "needs_information", 34, "Move the archive of scanned letters to cheaper storage", "Keep the archive for the years the law asks for, at a third of the price.", "The present store is full in the summer; buying more costs £90,000 a year.", ["cost"], "Saves the yearly extension.", 95, 430, {"system": "Letter archive", "nature": "It changes", "personal": True}),
    (IT, "submitted", 4, "Data platform for fraud detection", "See patterns of fraud across schemes before the money leaves.", "Each scheme looks at its own claims; last year's review put the loss at £14m.", ["cost", "risk"], "Finds claims that are made twice.", 5200, 21000, {"system": "Claims data", "nature": "It is new", "personal": True}),
    (IT, "approved", 140, "Chat help for grant applicants", "Answers at the moment when a question comes up.", "Half of the applications come back because a field is misread.", ["service", "cost"], "Fewer returned applications.", 210, 640, {"system": "Grants portal", "nature": "It changes", "users": "6000", "personal": False}),
    (IT, "rejected", 120, "A mobile app for the annual report", "Read the annual report on the phone.", "The report is read by few people; an app might change that.", ["service"], "More readers.", 180, 0, {"system": "Publications", "nature": "It is new", "users": "2000", "personal": False}),
    (IT, "deferred", 110, "Replace desk telephones with software", "One tool for calls, meetings and chat.", "The exchange is old but works; spare parts are there until 2028.", ["cost"], "No more exchange to maintain.", 870, 1500, {"system": "Telephony", "nature": "It is replaced", "users": "5200", "personal": False}),
    (IT, "ready", 88, "Automatic checks of procurement notices", "Catch mistakes before a notice is published.", "Two competitions had to be repeated this year at a cost of £310,000.", ["risk", "cost"], "Competitions are not repeated.", 160, 720, {"system": "Procurement", "nature": "It changes", "users": "75", "personal": False}),
    (IT, "assessment", 48, "Shared geographic data service", "Maps and boundaries once, for everyone.", "Seven teams buy the same map data and keep it in seven versions.", ["cost", "service"], "Buys once and agrees on boundaries.", 640, 1300, {"system": "Map data", "nature": "It is new", "users": "800", "personal": False}),
    (IT, "submitted", 2, "Dictation for case officers", "Speak notes after a visit instead of typing them at night.", "Officers type some four hours a week; leavers name it as a reason.", ["cost", "service"], "Frees two hours a week for 600 officers.", 230, 1900, {"system": "Case notes", "nature": "It changes", "personal": True}),
    (IT, "draft", 1, "Retire the old intranet search", "Search that finds what people look for.", "", [], "", 0, 0, {"system": "Intranet"}),
    (IT, "screening", 12, "Backup that survives ransomware", "Copies that nobody can change, not even an administrator.", "A neighbouring body lost three weeks of work in the spring.", ["risk"], "Back to work within a day.", 460, 0, {"system": "Backup", "nature": "It changes", "users": "5200", "personal": True, "whose": ["Staff", "Citizens"]}),
    (IT, "withdrawn", 75, "A second help desk tool for one team", "Tickets of the team in a tool of its own.", "The team's kind of work does not fit the common tool.", ["service"], "Quicker answers.", 60, 40, {"system": "Help desk", "nature": "It is new", "users": "25", "personal": False}),
    (IT, "assessment", 55, "Digital letters to companies", "Letters arrive at once, and their reading is confirmed.", "Post costs £2.1m a year and one letter in nine goes astray.", ["cost", "service"], "Two thirds of the letters are sent without paper.", 720, 4800, {"system": "Outgoing letters", "nature": "It changes", "users": "3100", "personal": False}),
    (IT, "needs_information", 29, "Forecasting of call volumes", "Staff the lines for the calls that come.", "Waiting times double on the days after letters go out.", ["service"], "Steadier waiting times.", 75, 210, {"system": "Contact centre", "nature": "It changes", "personal": False}),
    (WORKS, "ready", 102, "Warm the Cardiff records hall", "Rooms in which people can work and paper lasts.", "The boiler of 1978 failed eleven times last winter; records have mould.", ["risk", "service"], "No closed days, no lost records.", 980, 1200, {"where": "Cardiff, Records hall", "what": "Works on a building", "served": "140 staff and some 9,000 visitors a year."}),
    (WORKS, "assessment", 66, "A drop-in centre for small exporters", "One desk for every question about exporting.", "Small companies visit four offices in three towns for one consignment.", ["revenue", "service"], "More small companies export.", 1450, 6200, {"where": "Hull, Queen's Gardens", "what": "A new service", "served": "Some 2,400 small companies in the region."}),
    (WORKS, "submitted", 6, "Charging points for the inspection fleet", "Inspectors charge where they start in the morning.", "From 2028 only electric vans can be leased; eight depots have no points.", ["regulation", "cost"], "The fleet stays on the road.", 540, 380, {"where": "Eight depots", "what": "Works on a building"}),
    (WORKS, "approved", 155, "Share the Leeds office with the health agency", "Two bodies under one roof.", "Half of the desks stand empty; the lease runs to 2031.", ["cost"], "Halves the rent.", 620, 5400, {"where": "Leeds, Wellington Place", "what": "A move", "served": "310 staff of two bodies.", "permission": "No"}),
    (WORKS, "screening", 20, "Interview rooms for witnesses with children", "Rooms where a child can play while a parent speaks.", "Two interviews a week are broken off.", ["service"], "Interviews are held once.", 190, 0, {"where": "Six courts", "what": "Works on a building"}),
    (WORKS, "rejected", 130, "A second visitors' car park", "Parking beside the laboratory.", "Visitors park in the village.", ["service"], "Fewer complaints.", 410, 0, {"where": "Weybridge", "what": "A new building", "served": "Some 40 visitors a day."}),
    (WORKS, "ready", 91, "Flood defence for the data hall", "The hall stays dry in a flood of the century.", "The river rose to the door in January; insurers ask for a wall by next winter.", ["risk"], "No outage of payments.", 1850, 7300, {"where": "Worthing", "what": "Works on a building", "served": "Payments to 3.1m people.", "permission": "Yes"}),
    (WORKS, "assessment", 52, "Evening opening of the family service", "Open when working parents can come.", "Half of the appointments are missed because of work.", ["service"], "Fewer missed appointments.", 330, 290, {"where": "Twelve towns", "what": "A new service", "served": "18,000 families a year."}),
    (WORKS, "submitted", 9, "Solar roof for the training college", "Own power for the college.", "The energy bill has doubled since 2021.", ["cost"], "A third less power is bought.", 760, 1480, {"where": "Fort Monckton", "what": "Works on a building"}),
    (WORKS, "needs_information", 38, "A mobile laboratory for animal health", "Results on the farm within the hour.", "Samples travel a day; in an outbreak that day decides.", ["risk", "service"], "Outbreaks are contained earlier.", 1200, 4100, {"where": "Nationwide", "what": "A new service"}),
    (WORKS, "deferred", 125, "New reading room", "A reading room for the public.", "The present one is full on three days a week.", ["service"], "No more turning away.", 2900, 600, {"where": "Kew", "what": "Works on a building", "served": "70,000 readers a year."}),
    (WORKS, "draft", 3, "Bicycle shelter at the northern gate", "A dry place for bicycles.", "Bicycles stand in the stairs.", ["service"], "", 0, 0, {}),
    (WORKS, "withdrawn", 80, "Rent a hall for the summer conference", "Room for 800 guests.", "The own hall holds 300.", ["service"], "Everybody can come.", 45, 0, {"where": "Birmingham", "what": "A new service"}),
    (WORKS, "screening", 14, "Safe storage for seized vehicles", "Keep seized vehicles as evidence needs it.", "Two cases failed because vehicles were broken into.", ["risk"], "Evidence stands in court.", 880, 350, {"where": "Two sites in the Midlands", "what": "A new building"}),
    (LAW, "ready", 84, "Accessible forms in all languages of service", "Everybody can fill in every form.", "The regulator found 61 forms that a screen reader cannot read.", ["regulation", "service"], "Meets the accessibility regulations.", 520, 0, {"regulation": "Accessibility Regulations 2018", "authority": "Government Digital Service", "penalty": "A formal notice and a published finding.", "gap": "Half way"}),
    (LAW, "assessment", 45, "Retention rules in the document store", "Delete what must be deleted, keep what must be kept.", "The information regulator asked for proof by the autumn.", ["regulation", "risk"], "Proof at the press of a button.", 310, 0, {"regulation": "Data Protection Act 2018", "authority": "Information Commissioner's Office", "penalty": "A fine of up to £8.7m.", "gap": "Far"}),
    (LAW, "submitted", 3, "Publish spending above £25,000 within a month", "Spending data in time and complete.", "The last four months were published late.", ["regulation"], "No more reminders from the Treasury.", 85, 0, {"regulation": "Transparency guidance", "gap": "Nearly there"}),
    (LAW, "approved", 150, "Identity checks for company directors", "Directors prove who they are.", "From next autumn the Act asks for it; without it filings must be refused.", ["regulation", "risk"], "The register can be trusted.", 3300, 9100, {"regulation": "Economic Crime and Corporate Transparency Act 2023", "authority": "Companies House", "penalty": "Filings of 5m companies would stop.", "gap": "Half way"}),
    (LAW, "screening", 19, "Carbon reporting for suppliers", "Know the carbon of what we buy.", "The procurement policy note asks for plans from every supplier above £5m.", ["regulation"], "Contracts can be signed again.", 240, 0, {"regulation": "PPN 06/21", "authority": "Cabinet Office", "gap": "Far"}),
    (LAW, "assessment", 58, "Whistle-blowing channel of the new kind", "Report a wrong without fear.", "The present channel names the writer to three people.", ["regulation", "risk"], "Meets the code of 2026.", 130, 0, {"regulation": "Public Interest Disclosure code", "penalty": "Named in the annual report of the regulator.", "gap": "Half way"}),
    (LAW, "needs_information", 27, "Fire doors in listed buildings", "Doors that hold for an hour.", "The fire authority set a day for 14 buildings.", ["regulation", "risk"], "Buildings stay open.", 1600, 0, {"regulation": "Fire Safety (England) Regulations 2022", "authority": "Fire and rescue services", "gap": "Far"}),
    (LAW, "rejected", 115, "Record all telephone calls", "Every call on tape.", "A complaint could not be settled.", ["regulation"], "Complaints are settled faster.", 900, 0, {"regulation": "None: a wish of the complaints team", "penalty": "None.", "gap": "Far"}),
    (LAW, "submitted", 7, "Pay transparency figures by grade", "Publish what the new duty asks for.", "The duty starts in April.", ["regulation"], "Meets the duty without work by hand.", 110, 0, {"regulation": "Equality (Pay Transparency) Regulations", "gap": "Half way"}),
    (LAW, "draft", 2, "Register of algorithms that decide", "", "", [], "", 0, 0, {}),
    (LAW, "ready", 79, "Modern slavery checks in the supply chain", "Know who makes what we buy.", "Two suppliers were named in the press.", ["regulation", "risk"], "Contracts stand up to questions.", 275, 0, {"regulation": "Procurement Act 2023", "authority": "Cabinet Office", "penalty": "Contracts can be set aside.", "gap": "Half way"}),
    (LAW, "screening", 11, "Plain language for decision letters", "Letters that people understand.", "The tribunal sent 40 decisions back because nobody could tell what was decided.", ["regulation", "service"], "Fewer appeals.", 95, 320, {"regulation": "Tribunal practice direction", "gap": "Half way"}),
]  # fmt: skip

REASONS = {
    "needs_information": "Please tell us how many people are affected, and where the cost figure comes from.",
    "approved": "It fits the strategy, the figures hold, and the money is there.",
    "deferred": "A good idea, but other work on the same systems must be finished first.",
    "rejected": "The benefit does not carry the cost, and there is a simpler way.",
    "withdrawn": "The matter was settled in another way.",
}

QUESTIONS = [
    ("Where does the cost figure come from?", "From two quotations of this spring, with a tenth for what we do not know yet."),
    ("Did you speak with the units that would have to change their work?", "Yes, with three of four; the fourth wants to see the plan first."),
    ("What happens if it comes a year later?", "We carry on by hand. It costs some two people, and the audit will raise it again."),
]  # fmt: skip


def earlier(document: dict[str, Any]) -> dict[str, Any]:
    """The first version of a form: it did not ask who sponsors the request, and asked for the money in other words."""
    steps = [{**step, "questions": [one for one in step["questions"] if one["key"] != "sponsor"]} for step in document["steps"]]
    for step in steps:
        step["questions"] = [
            one | {"label": "How much does it cost?"} if one["key"] == "cost" else one for one in step["questions"]
        ]
    return {"steps": steps}
