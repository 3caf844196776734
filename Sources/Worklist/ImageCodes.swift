/// Codes that name a body part: PS3.16 CID 4 "Anatomic Region" with its SNOMED CT and older SRT values, and LOINC and SNOMED
/// procedures that are chest films by definition.
enum BodyPartCode {
    /// The defined term of Body Part Examined (PS3.16 annex L) that a code stands for; nil where this table does not know it.
    static func term(_ code: Code) -> String? { table["\(CodingScheme.folded(code.scheme)) \(code.value)"] }

    /// What senders write for the same region in Body Part Examined.
    static let spellings: [String: Set<String>] = ["CHEST": ["THORAX", "LUNG"]]

    private static let table = [
        "SCT 816094009": "CHEST", "SCT 51185008": "CHEST", "SRT T-D3000": "CHEST",
        "SCT 43799004": "CHEST", "SRT T-D3200": "CHEST",
        "SCT 39607008": "CHEST", "SRT T-28000": "CHEST",
        "SCT 72410000": "CHEST", "SRT T-D3300": "CHEST",
        "SCT 399208008": "CHEST", "LN 36643-5": "CHEST", "LN 30745-4": "CHEST", "LN 36554-4": "CHEST",
        "SCT 416550000": "CHEST AND ABDOMEN", "SRT R-FAB55": "CHEST AND ABDOMEN",
        "SCT 416775004": "CHEST, ABDOMEN AND PELVIS", "SRT R-FAB56": "CHEST, ABDOMEN AND PELVIS",
        "SCT 417437006": "NECK AND CHEST", "SRT R-FAB52": "NECK AND CHEST",
        "SCT 113197003": "RIB", "SRT T-11300": "RIB",
        "SCT 56873002": "STERNUM", "SRT T-11210": "STERNUM",
        "SCT 51299004": "CLAVICLE", "SRT T-12310": "CLAVICLE",
        "SCT 818981001": "ABDOMEN", "SCT 113345001": "ABDOMEN", "SRT T-D4000": "ABDOMEN",
        "SCT 816092008": "PELVIS", "SCT 12921003": "PELVIS", "SRT T-D6000": "PELVIS",
        "SCT 69536005": "HEAD", "SRT T-D1100": "HEAD",
        "SCT 89546000": "SKULL", "SRT T-11100": "SKULL",
        "SCT 421060004": "SPINE", "SRT T-D04FF": "SPINE",
        "SCT 122494005": "CSPINE", "SRT T-11501": "CSPINE",
        "SCT 122495006": "TSPINE", "SRT T-11502": "TSPINE",
        "SCT 122496007": "LSPINE", "SRT T-11503": "LSPINE",
        "SCT 16982005": "SHOULDER", "SRT T-D2220": "SHOULDER",
        "SCT 16953009": "ELBOW", "SRT T-15430": "ELBOW",
        "SCT 74670003": "WRIST", "SRT T-15460": "WRIST",
        "SCT 85562004": "HAND", "SRT T-D8700": "HAND",
        "SCT 29836001": "HIP", "SRT T-D2500": "HIP", "SCT 24136001": "HIP", "SRT T-15710": "HIP",
        "SCT 72696002": "KNEE", "SRT T-D9200": "KNEE",
        "SCT 70258002": "ANKLE", "SRT T-15750": "ANKLE",
        "SCT 56459004": "FOOT", "SRT T-D9700": "FOOT",
        "SCT 76752008": "BREAST", "SRT T-04000": "BREAST",
    ]
}

/// View codes: PS3.16 CID 4010 "DX View", as View Position (0018,5101) would say it.
enum ViewCode {
    static func position(_ code: Code) -> String? { table["\(CodingScheme.folded(code.scheme)) \(code.value)"] }

    private static let table = [
        "SCT 272479007": "PA", "SRT R-40888": "PA", "SRT R-10214": "PA",
        "SCT 399348003": "AP", "SRT R-10206": "AP",
        "SCT 399173006": "LL", "SRT R-10236": "LL",
        "SCT 399198007": "RL", "SRT R-10232": "RL",
        "SCT 399067008": "LATERAL", "SRT R-102CD": "LATERAL",
        "SCT 399352003": "LATERAL", "SRT R-10228": "LATERAL",
        "SCT 399260004": "LATERAL", "SRT R-10224": "LATERAL",
        "SCT 399182000": "OBLIQUE", "SRT R-102C1": "OBLIQUE",
        "SCT 399184004": "LLO", "SRT R-10238": "LLO",
        "SCT 399236003": "RLO", "SRT R-10234": "RLO",
        "SCT 399312000": "AP OBLIQUE", "SRT R-10208": "AP OBLIQUE",
        "SCT 399059000": "PA OBLIQUE", "SRT R-10216": "PA OBLIQUE",
        "SCT 399061009": "AXIAL", "SRT R-10241": "AXIAL",
    ]

    static let names = [
        "LL": "left lateral", "RL": "right lateral",
        "LLD": "left lateral decubitus", "RLD": "right lateral decubitus",
        "LLO": "left lateral oblique", "RLO": "right lateral oblique",
    ]
}

/// Coding Scheme Designators that mean the same code system (PS3.16 section 8).
private enum CodingScheme {
    static func folded(_ designator: String) -> String {
        switch designator.uppercased() {
        case "SNM3", "99SDM": "SRT"
        case let other: other
        }
    }
}
