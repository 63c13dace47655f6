//! The Hollowmere Libraries: services, what they keep, and what one can do with it.

/// One thing that the service keeps.
pub(super) struct Entity {
    /// Name of the folder, and of the route in lower case with dashes.
    pub(super) plural: &'static str,
    /// Of one.
    pub(super) singular: &'static str,
    /// Fields of a body: name and JSON value.
    pub(super) fields: &'static [(&'static str, &'static str)],
}

/// One folder at the top.
pub(super) struct Service {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) entities: [Entity; 3],
}

/// One request on an entity.
pub(super) struct Action {
    /// `{}` is the entity, `{s}` its singular, `{a}` the article before it.
    pub(super) name: &'static str,
    pub(super) method: &'static str,
    /// After the entity's route.
    pub(super) route: &'static str,
    pub(super) body: bool,
    /// Query parameters: name, value, whether it is off.
    pub(super) parameters: &'static [(&'static str, &'static str, bool)],
}

const fn action(name: &'static str, method: &'static str, route: &'static str) -> Action {
    Action { name, method, route, body: false, parameters: &[] }
}

/// What can be done with each entity.
pub(super) const ACTIONS: [Action; 10] = [
    Action {
        parameters: &[("page", "1", false), ("per_page", "50", false), ("branch", "{{ _.branch }}", true)],
        ..action("List {}", "GET", "")
    },
    Action {
        parameters: &[("q", "lighthouse", false), ("sort", "-updated_at", false)],
        ..action("Search {}", "GET", "/search")
    },
    action("Get one {s}", "GET", "/:id"),
    Action { body: true, ..action("Create {a} {s}", "POST", "") },
    Action { body: true, ..action("Update {a} {s}", "PATCH", "/:id") },
    Action { body: true, ..action("Replace {a} {s}", "PUT", "/:id") },
    action("Delete {a} {s}", "DELETE", "/:id"),
    Action {
        parameters: &[("since", "2024-01-01", false)],
        ..action("History of {a} {s}", "GET", "/:id/history")
    },
    action("Archive {a} {s}", "POST", "/:id/archive"),
    Action { parameters: &[("format", "csv", false)], ..action("Export {}", "GET", "/export") },
];

/// The services.
pub(super) const SERVICES: [Service; 8] = [
    Service {
        name: "Catalogue",
        about: "What the libraries own, by title.",
        entities: [
            Entity {
                plural: "Books",
                singular: "book",
                fields: &[
                    ("title", "\"The Lamp at Grey Point\""),
                    ("isbn", "\"978-1-4028-9462-6\""),
                    ("year", "1931"),
                    ("languages", "[\"en\", \"cy\"]"),
                ],
            },
            Entity {
                plural: "Authors",
                singular: "author",
                fields: &[("name", "\"Ilse Marwood\""), ("born", "1884"), ("pen_names", "[]")],
            },
            Entity {
                plural: "Subjects",
                singular: "subject",
                fields: &[("label", "\"Tides and navigation\""), ("broader", "\"Sea\"")],
            },
        ],
    },
    Service {
        name: "Copies",
        about: "Each single book on a shelf.",
        entities: [
            Entity {
                plural: "Items",
                singular: "item",
                fields: &[
                    ("barcode", "\"HM-0048213\""),
                    ("book_id", "\"{{ _.book_id }}\""),
                    ("condition", "\"good\""),
                ],
            },
            Entity {
                plural: "Shelves",
                singular: "shelf",
                fields: &[("code", "\"N-14\""), ("floor", "2"), ("capacity", "180")],
            },
            Entity {
                plural: "Repairs",
                singular: "repair",
                fields: &[("item_id", "\"{{ _.item_id }}\""), ("work", "\"new spine\""), ("urgent", "false")],
            },
        ],
    },
    Service {
        name: "Members",
        about: "Who may borrow.",
        entities: [
            Entity {
                plural: "Readers",
                singular: "reader",
                fields: &[
                    ("name", "\"Tomasz Okoro\""),
                    ("email", "\"tomasz@reader.example\""),
                    ("plan", "\"family\""),
                ],
            },
            Entity {
                plural: "Cards",
                singular: "card",
                fields: &[("reader_id", "\"{{ _.reader_id }}\""), ("expires", "\"2027-06-30\"")],
            },
            Entity {
                plural: "Guardians",
                singular: "guardian",
                fields: &[("reader_id", "\"{{ _.reader_id }}\""), ("phone", "\"+44 1632 960114\"")],
            },
        ],
    },
    Service {
        name: "Lending",
        about: "What is out, and until when.",
        entities: [
            Entity {
                plural: "Loans",
                singular: "loan",
                fields: &[
                    ("item_id", "\"{{ _.item_id }}\""),
                    ("reader_id", "\"{{ _.reader_id }}\""),
                    ("days", "21"),
                    ("renewable", "true"),
                ],
            },
            Entity {
                plural: "Holds",
                singular: "hold",
                fields: &[("book_id", "\"{{ _.book_id }}\""), ("pick_up_at", "\"{{ _.branch }}\"")],
            },
            Entity {
                plural: "Returns",
                singular: "return",
                fields: &[("item_id", "\"{{ _.item_id }}\""), ("slot", "\"night box\"")],
            },
        ],
    },
    Service {
        name: "Billing",
        about: "Fines and payments.",
        entities: [
            Entity {
                plural: "Fines",
                singular: "fine",
                fields: &[("loan_id", "\"{{ _.loan_id }}\""), ("amount", "1.20"), ("currency", "\"GBP\"")],
            },
            Entity {
                plural: "Payments",
                singular: "payment",
                fields: &[("fine_id", "\"{{ _.fine_id }}\""), ("method", "\"card\"")],
            },
            Entity {
                plural: "Refunds",
                singular: "refund",
                fields: &[("payment_id", "\"{{ _.payment_id }}\""), ("reason", "\"returned in time\"")],
            },
        ],
    },
    Service {
        name: "Branches",
        about: "Houses, rooms and hours.",
        entities: [
            Entity {
                plural: "Houses",
                singular: "house",
                fields: &[("name", "\"Harbour Street\""), ("rooms", "11"), ("step_free", "true")],
            },
            Entity {
                plural: "Opening hours",
                singular: "opening",
                fields: &[("day", "\"saturday\""), ("from", "\"09:30\""), ("to", "\"16:00\"")],
            },
            Entity {
                plural: "Rooms",
                singular: "room",
                fields: &[("name", "\"Map room\""), ("seats", "14"), ("screen", "true")],
            },
        ],
    },
    Service {
        name: "Programme",
        about: "Readings, courses and who comes.",
        entities: [
            Entity {
                plural: "Events",
                singular: "event",
                fields: &[("title", "\"Stories by the stove\""), ("starts", "\"2025-11-04T18:00:00Z\"")],
            },
            Entity {
                plural: "Bookings",
                singular: "booking",
                fields: &[("event_id", "\"{{ _.event_id }}\""), ("seats", "2")],
            },
            Entity {
                plural: "Speakers",
                singular: "speaker",
                fields: &[("name", "\"Aoife Brandt\""), ("topics", "[\"bees\", \"glass\"]")],
            },
        ],
    },
    Service {
        name: "Back office",
        about: "Orders, suppliers and reports.",
        entities: [
            Entity {
                plural: "Orders",
                singular: "order",
                fields: &[("supplier_id", "\"{{ _.supplier_id }}\""), ("copies", "3"), ("note", "\"rush\"")],
            },
            Entity {
                plural: "Suppliers",
                singular: "supplier",
                fields: &[("name", "\"Pell & Daughters\""), ("lead_days", "9")],
            },
            Entity {
                plural: "Reports",
                singular: "report",
                fields: &[("kind", "\"circulation\""), ("month", "\"2025-03\""), ("branches", "[]")],
            },
        ],
    },
];

impl Entity {
    /// `opening-hours`
    pub(super) fn route(&self) -> String {
        self.plural.to_lowercase().replace(' ', "-")
    }

    /// A JSON body as somebody would type it.
    pub(super) fn body(&self) -> String {
        let fields: Vec<_> =
            self.fields.iter().map(|(name, value)| format!("  \"{name}\": {value}")).collect();
        format!("{{\n{}\n}}", fields.join(",\n"))
    }
}

impl Action {
    pub(super) fn name_for(&self, entity: &Entity) -> String {
        let article = if entity.singular.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
        let name = self.name.replace("{a}", article);
        name.replace("{s}", entity.singular).replace("{}", &entity.plural.to_lowercase())
    }

    pub(super) fn url_for(&self, entity: &Entity, version: usize) -> String {
        format!("{{{{ _.base_url }}}}/v{version}/{}{}", entity.route(), self.route)
    }
}
