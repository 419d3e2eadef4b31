"""Words of things, not of people, from which synthetic names are made: every name reads as invented."""

# fmt: off
GIVEN = (
    "Acorn", "Agate", "Alder", "Amber", "Anise", "Apricot", "Ash", "Aster", "Auburn", "Barley", "Basalt", "Bay",
    "Beryl", "Birch", "Bluebell", "Bramble", "Breeze", "Brook", "Canyon", "Cedar", "Chestnut", "Cinder", "Citrine",
    "Clementine", "Cliff", "Clover", "Cobalt", "Copper", "Coral", "Cypress", "Dahlia", "Dale", "Delta", "Dune",
    "Elder", "Ember", "Fennel", "Flint", "Garnet", "Glade", "Granite", "Grove", "Harbor", "Hawthorn", "Hazel",
    "Heath", "Indigo", "Ivory", "Jade", "Juniper", "Kestrel", "Lagoon", "Larch", "Laurel", "Lichen", "Linden",
    "Lotus", "Marble", "Marigold", "Meadow", "Mica", "Moss", "Myrtle", "Nutmeg", "Oak", "Ochre", "Olive", "Onyx",
    "Opal", "Pebble", "Pepper", "Pine", "Plum", "Poplar", "Prairie", "Quartz", "Quince", "Reed", "Ridge", "Russet",
    "Saffron", "Sage", "Sandstone", "Sequoia", "Shale", "Sienna", "Slate", "Sorrel", "Spruce", "Summit", "Tamarind",
    "Teal", "Thistle", "Thyme", "Timber", "Topaz", "Valley", "Violet", "Walnut", "Willow", "Yarrow", "Zircon",
)
FAMILY_FIRST = (
    "Amber", "Apple", "Autumn", "Barn", "Bell", "Berry", "Birch", "Bridge", "Button", "Candle", "Cloud", "Copper",
    "Corn", "Cotton", "Drift", "Ember", "Ever", "Feather", "Fern", "Frost", "Garden", "Ginger", "Glass", "Harvest",
    "Honey", "Iron", "Ivory", "Lantern", "Lark", "Maple", "Marble", "Mill", "Mist", "Moon", "North", "Oaken",
    "Orchard", "Paper", "Pebble", "Quill", "Rain", "River", "Saddle", "Shadow", "Silver", "Snow", "Star", "Stone",
    "Summer", "Thimble", "Thistle", "Velvet", "Wander", "Willow", "Winter",
)
FAMILY_SECOND = (
    "acre", "bank", "barrow", "basket", "beam", "bench", "bough", "branch", "brook", "burrow", "button", "cabin",
    "cove", "creek", "crest", "dale", "drift", "fallow", "field", "fold", "gate", "glen", "grove", "harbor", "hedge",
    "hollow", "kettle", "lane", "ledge", "loom", "marsh", "meadow", "mill", "orchard", "path", "pond", "porch",
    "quarry", "ridge", "shore", "sparrow", "spindle", "spring", "thicket", "trail", "vale", "water", "weather",
    "wheel", "whistle", "wick", "wind", "wood", "yarn", "yard",
)
# fmt: on
