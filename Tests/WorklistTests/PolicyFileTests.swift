import Foundation
import Testing
import Worklist

@Suite struct PolicyFileTests {
    @Test func theShippedPolicyIsValidAndKnowsEveryCategory() throws {
        let policy = try WorklistPolicy.shipped()
        #expect(policy.categorise(["pneumothorax": 0.9]).category == .critical)
        #expect(policy.categorise(["abnormal": 0.9]).category == .urgent)
        #expect(policy.categorise(["abnormal": 0.3]).category == .routine)
        #expect(policy.categorise(["abnormal": 0.02]).category == .likelyNormal)
        #expect(policy.categorise([:]).category == .unscored)
        for category in Category.allCases { #expect(policy.limitsMinutes.category[category.rawValue] != nil) }
        #expect(policy.warnings == [])
    }

    @Test(arguments: [
        "Atelectasis", "Consolidation", "Infiltration", "Pneumothorax", "Edema", "Emphysema", "Fibrosis", "Effusion", "Pneumonia",
        "Pleural_Thickening", "Cardiomegaly", "Nodule", "Mass", "Hernia", "Lung Lesion", "Fracture", "Lung Opacity", "Enlarged Cardiomediastinum",
    ])
    func theShippedPolicyWeighsEachLabelOfTorchxrayvision(label: String) throws {
        let weighing = Weighing(try .shipped())
        let silent = weighing.cost(ofFindings: weighing.probabilities([label: 0]))
        let certain = weighing.cost(ofFindings: weighing.probabilities([label: 1]))
        #expect(certain.perMinute > silent.perMinute)
        #expect(certain.growthPerMinute > silent.growthPerMinute)
    }

    @Test func labelsAreComparedWithoutRegardToCase() throws {
        #expect(try WorklistPolicy.shipped().categorise(["Pneumothorax": 0.9]).category == .critical)
        #expect(try WorklistPolicy.shipped().categorise(["Lung Opacity": 0.9]).category == .urgent)
    }

    @Test func aFileWithoutCostsHasThoseOfTheShippedPolicy() throws {
        let text = #"{"name":"x","version":"1","categories":[],"limits_minutes":{"category":{},"order_priority":{}}}"#
        #expect(try WorklistPolicy(json: Data(text.utf8), from: "policy.json").costs == WorklistPolicy.shipped().costs)
    }

    @Test func limitsThatGrowWithUrgencyAreWarnedOf() throws {
        var policy = try WorklistPolicy.shipped()
        policy.limitsMinutes.category["urgent"] = 300
        #expect(policy.warnings == ["limits_minutes: urgent may wait longer than routine"])
    }

    @Test(arguments: [
        (#"{"name":"x","version":"1","limits_minutes":{"category":{},"order_priority":{}}}"#, "categories"),
        (#"{"name":"x","version":"1","categories":[{"category":"urgent"}],"limits_minutes":{"category":{},"order_priority":{}}}"#, "no condition"),
        (#"{"name":"x","version":"1","categories":[{"category":"urgent","any":[{"finding":"a","at_least":7}]}],"limits_minutes":{"category":{},"order_priority":{}}}"#, "no probability"),
        (#"{"name":"x","version":"1","categories":[],"limits_minutes":{"category":{"urgnt":5},"order_priority":{}}}"#, "urgnt"),
        (#"{"name":"x","version":"1","categories":[],"limits_minutes":{"category":{"urgent":-5},"order_priority":{}}}"#, "negative"),
        (#"{"name":"x","version":"1","categories":[],"limits_minutes":{"category":{"urgent":1e12},"order_priority":{}}}"#, "ten years"),
        (#"{"name":"x","version":"1","categories":[],"limits_minutes":{"category":{},"order_priority":{"STAT":5256001}}}"#, "ten years"),
        ("not json", "no policy file"),
        (#"{"name":"x","version":"1","categories":[],"limits_minutes":{"category":{},"order_priority":{}},"cost_of_delay":{"unit":"u","findings":[{"finding":"a","acr_category":"hours","at_arrival":1,"at_horizon":2,"horizon_minutes":60,"prior":0.1,"prior_source":"p","source":"s"},{"finding":"a","acr_category":"hours","at_arrival":1,"at_horizon":2,"horizon_minutes":60,"prior":0.1,"prior_source":"p","source":"s"}],"order_priority":{},"patient_class":{},"agreed_turnaround":{},"reading_minutes":{"by_modality":{},"others":3,"source":"s"}}}"#, "two rows"),
        (#"{"name":"x","version":"1","categories":[],"limits_minutes":{"category":{},"order_priority":{}},"cost_of_delay":{"unit":"u","findings":[{"finding":"a","acr_category":"weeks","at_arrival":1,"at_horizon":2,"horizon_minutes":60,"prior":0.1,"prior_source":"p","source":"s"}],"order_priority":{},"patient_class":{},"agreed_turnaround":{},"reading_minutes":{"by_modality":{},"others":3,"source":"s"}}}"#, "acr_category"),
        (#"{"name":"x","version":"1","categories":[],"limits_minutes":{"category":{},"order_priority":{}},"cost_of_delay":{"unit":"u","findings":[{"finding":"a","acr_category":"hours","at_arrival":3,"at_horizon":2,"horizon_minutes":60,"prior":0.1,"prior_source":"p","source":"s"}],"order_priority":{},"patient_class":{},"agreed_turnaround":{},"reading_minutes":{"by_modality":{},"others":3,"source":"s"}}}"#, "must not fall"),
        (#"{"name":"x","version":"1","categories":[],"limits_minutes":{"category":{},"order_priority":{}},"cost_of_delay":{"unit":"u","findings":[{"finding":"a","acr_category":"hours","at_arrival":-1,"at_horizon":2,"horizon_minutes":60,"prior":0.1,"prior_source":"p","source":"s"}],"order_priority":{},"patient_class":{},"agreed_turnaround":{},"reading_minutes":{"by_modality":{},"others":3,"source":"s"}}}"#, "negative"),
        (#"{"name":"x","version":"1","categories":[],"limits_minutes":{"category":{},"order_priority":{}},"cost_of_delay":{"unit":"u","findings":[{"finding":"a","acr_category":"hours","at_arrival":1,"at_horizon":2,"horizon_minutes":0,"prior":0.1,"prior_source":"p","source":"s"}],"order_priority":{},"patient_class":{},"agreed_turnaround":{},"reading_minutes":{"by_modality":{},"others":3,"source":"s"}}}"#, "horizon_minutes"),
        (#"{"name":"x","version":"1","categories":[],"limits_minutes":{"category":{},"order_priority":{}},"cost_of_delay":{"unit":"u","findings":[{"finding":"a","acr_category":"hours","at_arrival":1,"at_horizon":2,"horizon_minutes":60,"prior":1.5,"prior_source":"p","source":"s"}],"order_priority":{},"patient_class":{},"agreed_turnaround":{},"reading_minutes":{"by_modality":{},"others":3,"source":"s"}}}"#, "no probability"),
        (#"{"name":"x","version":"1","categories":[],"limits_minutes":{"category":{},"order_priority":{}},"cost_of_delay":{"unit":"u","findings":[{"finding":"a","acr_category":"hours","at_arrival":1,"at_horizon":2,"horizon_minutes":60,"prior":0.5,"prior_source":"p","source":""}],"order_priority":{},"patient_class":{},"agreed_turnaround":{},"reading_minutes":{"by_modality":{},"others":3,"source":"s"}}}"#, "source"),
        (#"{"name":"x","version":"1","categories":[],"limits_minutes":{"category":{},"order_priority":{}},"cost_of_delay":{"unit":"u","findings":[],"order_priority":{},"patient_class":{"nobody":{"at_arrival":1,"at_horizon":2,"horizon_minutes":60,"source":"s"}},"agreed_turnaround":{},"reading_minutes":{"by_modality":{},"others":3,"source":"s"}}}"#, "nobody"),
        (#"{"name":"x","version":"1","categories":[],"limits_minutes":{"category":{},"order_priority":{}},"cost_of_delay":{"unit":"u","findings":[],"order_priority":{},"patient_class":{},"agreed_turnaround":{},"reading_minutes":{"by_modality":{},"others":0,"source":"s"}}}"#, "reading_minutes"),
    ])
    func aWrongPolicyFileIsRefusedWithWhatIsWrong(text: String, word: String) {
        let error = #expect(throws: PolicyFileError.self) { try WorklistPolicy(json: Data(text.utf8), from: "policy.json") }
        #expect(error?.description.contains(word) == true)
        #expect(error?.description.contains("policy.json") == true)
    }

    @Test func aLimitMayBeAsLongAsTenYears() throws {
        let text = #"{"name":"x","version":"1","categories":[],"limits_minutes":{"category":{"urgent":5256000},"order_priority":{}}}"#
        #expect(try WorklistPolicy(json: Data(text.utf8), from: "policy.json").limitsMinutes.category["urgent"] == 5_256_000)
    }

    /// JSON has no way to write them, a policy made otherwise could hold them.
    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func everyNumberOfAPolicyMustBeOne(number: Double) throws {
        let places: [(inout WorklistPolicy) -> Void] = [
            { $0.limitsMinutes.category["urgent"] = number }, { $0.limitsMinutes.orderPriority["STAT"] = number },
            { $0.categories[0].any = [FindingCondition(finding: "pneumothorax", atLeast: number)] },
            { $0.costs.findings[0].prior = number }, { $0.costs.findings[0].cost.atArrival = number }, { $0.costs.findings[0].cost.atHorizon = number },
            { $0.costs.findings[0].cost.horizonMinutes = number }, { $0.costs.orderPriority["STAT"]?.atHorizon = number },
            { $0.costs.readingMinutes.others = number }, { $0.costs.readingMinutes.byModality["CT"] = number },
        ]
        for change in places {
            var policy = try WorklistPolicy.shipped()
            change(&policy)
            #expect(throws: PolicyFileError.self) { try policy.validate("policy.json") }
        }
    }
}
