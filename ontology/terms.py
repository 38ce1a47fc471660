"""The IRIs that Python uses. A test checks each against the modules, so a name here is a name there."""

VIP = "https://w3id.org/vipgraf/ontology/"
SHAPES = "https://w3id.org/vipgraf/shapes/"
DCTERMS = "http://purl.org/dc/terms/"
ORG = "http://www.w3.org/ns/org#"
OWL = "http://www.w3.org/2002/07/owl#"
PROV = "http://www.w3.org/ns/prov#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
SKOSXL = "http://www.w3.org/2008/05/skos-xl#"
SCHEMA = "https://schema.org/"
XSD = "http://www.w3.org/2001/XMLSchema#"

PREFIXES: dict[str, str] = {
    "vip": VIP,
    "dcterms": DCTERMS,
    "org": ORG,
    "owl": OWL,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": SCHEMA,
    "skos": SKOS,
    "skosxl": SKOSXL,
    "xsd": XSD,
}

# text
DOCUMENT = VIP + "Document"
SECTION = VIP + "Section"
PASSAGE = VIP + "Passage"
MENTION = VIP + "Mention"
IN_DOCUMENT = VIP + "inDocument"
IN_SECTION = VIP + "inSection"
IN_PASSAGE = VIP + "inPassage"
PARENT_SECTION = VIP + "parentSection"
HEADING = VIP + "heading"
LEVEL = VIP + "level"
POSITION = VIP + "position"
TEXT = VIP + "text"
START = VIP + "startOffset"
END = VIP + "endOffset"
SURFACE = VIP + "surface"
REFERS_TO = VIP + "refersTo"
MATCHED_BY = VIP + "matchedBy"
NEGATED = VIP + "negated"
MENTIONS = VIP + "mentions"
DOCUMENT_KIND = VIP + "documentKind"
DIAGNOSIS_CODE = VIP + "diagnosisCode"
QUOTE = VIP + "quote"
SOURCE_START = VIP + "sourceStartOffset"
SOURCE_END = VIP + "sourceEndOffset"
PAGE_NUMBER = VIP + "pageNumber"
SECTION_ROLE = VIP + "sectionRole"
VERSION = VIP + "version"

# core
CLAIM = VIP + "Claim"
CONFIDENCE = VIP + "confidence"
VALID_FROM = VIP + "validFrom"
VALID_TO = VIP + "validTo"
START_BASIS = VIP + "startBasis"

# organisation
HOSTING_KIND = VIP + "hostingKind"

# care
CONDITION = VIP + "Condition"
INTERVENTION = VIP + "Intervention"
TARGET_GROUP = VIP + "TargetGroup"
AGE_GROUP = VIP + "AgeGroup"
SETTING = VIP + "Setting"
PROFESSION = VIP + "Profession"
BODY_KIND = VIP + "BodyKind"
KNOWLEDGE_SERVICE = VIP + "KnowledgeService"
CARE_PROGRAMME = VIP + "CareProgramme"
CLASSIFICATION = VIP + "Classification"
CLASSIFICATION_CODE = VIP + "ClassificationCode"
PHASE_CLASS = VIP + "Phase"
SEVERITY_CLASS = VIP + "Severity"
FUNCTION_LEVEL_CLASS = VIP + "FunctionLevel"
SERVICE_CATEGORY_CLASS = VIP + "ServiceCategory"
RECOMMENDATION = VIP + "Recommendation"
CONCERNS = VIP + "concerns"
INTERVENTION_OF = VIP + "intervention"
POPULATION = VIP + "population"
GIVEN_IN = VIP + "setting"
PERFORMED_BY = VIP + "performedBy"
DIRECTION = VIP + "direction"
STRENGTH = VIP + "strength"
PRIORITY = VIP + "priority"
EXCEPTION = VIP + "exception"
RESTS_ON = VIP + "restsOn"
IN_PROGRAMME = VIP + "inProgramme"
PROGRAMME_STATE = VIP + "programmeState"
PHASE = VIP + "phase"
SEVERITY = VIP + "severity"
FUNCTION_LEVEL = VIP + "functionLevel"
SERVICE_CATEGORY = VIP + "serviceCategory"
COORDINATED = VIP + "coordinated"

# provenance
INGESTION = VIP + "Ingestion"
SHA256 = VIP + "sha256"
FINGERPRINT = VIP + "fingerprint"
MEDIA_TYPE = VIP + "mediaType"
RETRIEVED_FROM = VIP + "retrievedFrom"
RETRIEVED_AT = VIP + "retrievedAt"

RDF_TYPE = RDF + "type"
RDF_SUBJECT = RDF + "subject"
RDF_PREDICATE = RDF + "predicate"
RDF_OBJECT = RDF + "object"
PREF_LABEL = SKOS + "prefLabel"
ALT_LABEL = SKOS + "altLabel"
HIDDEN_LABEL = SKOS + "hiddenLabel"
NOTATION = SKOS + "notation"
CONCEPT_SCHEME = SKOS + "ConceptScheme"
IN_SCHEME = SKOS + "inScheme"
TOP_CONCEPT_OF = SKOS + "topConceptOf"
HAS_TOP_CONCEPT = SKOS + "hasTopConcept"
BROADER = SKOS + "broader"
CLOSE_MATCH = SKOS + "closeMatch"
GENERATED_AT = PROV + "generatedAtTime"
IDENTIFIER = DCTERMS + "identifier"
TITLE = DCTERMS + "title"
DC_SOURCE = DCTERMS + "source"
ISSUED = DCTERMS + "issued"
MODIFIED = DCTERMS + "modified"
LAST_REVIEWED = SCHEMA + "lastReviewed"
LANGUAGE = DCTERMS + "language"
SUBJECT = DCTERMS + "subject"
