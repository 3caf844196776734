import Reporting
import Testing
import Worklist

@Suite struct DecisionTests {
    private func reason(_ circumstances: Circumstances) throws -> String {
        let reasons = Sample.reasons(circumstances)
        #expect(reasons.count == 1, "\(reasons)")
        return try #require(reasons.first)
    }

    @Test func anAdultsFilmUnderTheRuleOutThresholdIsDrafted() throws {
        let grounds = try #require(Sample.grounds(try Sample.circumstances()))
        #expect(grounds.probability == 0.021 && grounds.sensitivity == Sample.sensitivity)
    }

    @Test(arguments: [0.05, 0.051, 0.9, Double.nan, 1.5, -0.1]) func aFigureAtOrAboveTheThresholdOrNoProbabilityIsNotDrafted(_ value: Double) throws {
        #expect(Sample.grounds(try Sample.circumstances { $0.findings["abnormal"] = value }) == nil)
    }

    @Test func aFigureAHairBelowTheThresholdIsToldApartFromIt() throws {
        #expect(Sample.grounds(try Sample.circumstances { $0.findings["abnormal"] = 0.0499999 }) != nil)
        #expect(try reason(try Sample.circumstances { $0.findings["abnormal"] = 0.0500004 }) == "abnormal 0.0500004 is not below the rule-out threshold of 0.0500000")
    }

    @Test func aModelWithoutThresholdCalibrationOrMeasuredSensitivityDraftsNothing() throws {
        var model = Sample.model
        model.ruleOut = nil
        #expect(try reason(try Sample.circumstances(model: model)).contains("states no rule-out threshold"))
        model = Sample.model
        model.calibratedLabels.remove("abnormal")
        #expect(try reason(try Sample.circumstances(model: model)).contains("no calibration for abnormal"))
        model = Sample.model
        model.ruleOut?.sensitivity = nil
        #expect(try reason(try Sample.circumstances(model: model)).contains("no measured sensitivity"))
        model = Sample.model
        model.ruleOut?.sensitivity?.abnormal = 0
        #expect(try reason(try Sample.circumstances(model: model)).contains("no measured sensitivity"))
        model = Sample.model
        model.ruleOut?.sensitivity?.low = 0.995
        #expect(try reason(try Sample.circumstances(model: model)).contains("no measured sensitivity"))
    }

    @Test func aStudyScoredByAModelThatIsNotActiveIsNotDrafted() throws {
        #expect(try reason(try Sample.circumstances(model: nil)).contains("is not active any more"))
    }

    @Test(arguments: [0.5, 0.7, Double.nan]) func aFindingAtItsUrgentThresholdStopsIt(_ value: Double) throws {
        #expect(try reason(try Sample.circumstances { $0.findings["effusion"] = value }).contains("effusion"))
    }

    @Test func aFindingWithAnUrgentThresholdAndNoFigureStopsIt() throws {
        #expect(try reason(try Sample.circumstances { $0.findings["effusion"] = nil }).contains("no figure for effusion"))
    }

    @Test(arguments: [Category.critical, .urgent]) func aStudyThatThePolicyCallsUrgentIsNotDrafted(_ category: Worklist.Category) throws {
        #expect(try reason(try Sample.circumstances { $0.category = category }) == "the policy makes the study \(category.rawValue)")
    }

    @Test(arguments: [("017Y", 17), ("011M", 0), ("003D", 0), ("051W", 0)]) func childrenAreNotDrafted(_ age: String, _ years: Int) throws {
        #expect(try reason(try Sample.circumstances(age: age)) == "the patient is \(years) years old; the model is made for patients from 18 on")
    }

    @Test(arguments: ["", "45", "ABCY", "-05Y", "45Y"]) func anAgeThatIsNotKnownIsNotGuessed(_ age: String) throws {
        #expect(try reason(try Sample.circumstances(age: age)).contains("age is not known"))
    }

    @Test(arguments: [
        ("20080105", "20260105", 18), ("20080106", "20260105", 17), ("20040229", "20220228", 17), ("20040229", "20220301", 18), ("20260105", "20260105", 0),
    ]) func theBirthdayCounts(_ birth: String, _ study: String, _ years: Int) {
        #expect(PatientAge(patientAge: "", birthDate: birth, studyDate: study)?.years == years)
    }

    @Test func ofTwoAgesTheLowerCounts() {
        #expect(PatientAge(patientAge: "045Y", birthDate: "20200101", studyDate: "20260105")?.years == 6)
        #expect(PatientAge(patientAge: "", birthDate: "20300101", studyDate: "20260105") == nil)
        #expect(PatientAge(patientAge: "", birthDate: "20081301", studyDate: "20260105") == nil)
    }

    @Test func anImageThatTheModelHasNotLookedAtStopsIt() throws {
        let objects = [
            LookedAtObject(sopInstanceUID: "1", isImage: true, view: "PA", refusal: nil),
            LookedAtObject(sopInstanceUID: "2", isImage: true, view: "LL", refusal: "view is lateral (LL)"),
        ]
        #expect(try reason(try Sample.circumstances(objects: objects)) == "1 of 2 images was not looked at by the model: view is lateral (LL)")
    }

    @Test func whatIsNoImageNeedNotBeLookedAt() throws {
        let objects = [
            LookedAtObject(sopInstanceUID: "1", isImage: true, view: "PA", refusal: nil),
            LookedAtObject(sopInstanceUID: "2", isImage: false, view: "", refusal: "no image: PR without pixel data"),
        ]
        #expect(Sample.grounds(try Sample.circumstances(objects: objects)) != nil)
        #expect(try reason(try Sample.circumstances(objects: [objects[1]])) == "the study has no image")
    }

    @Test func anEarlierStudyWithAnOpenFindingStopsIt() throws {
        let reason = try reason(try Sample.circumstances(earlier: [try Sample.earlier(.urgent, ["effusion"])]))
        #expect(reason == "an earlier study has an open finding: Chest AP, 2025-12-01, effusion")
        #expect(Sample.grounds(try Sample.circumstances(earlier: [try Sample.earlier(.likelyNormal)])) != nil)
    }

    @Test func aConflictStopsIt() throws {
        #expect(try reason(try Sample.circumstances { $0.conflicts = ["birth date differs"] }) == "conflict: birth date differs")
        #expect(try reason(try Sample.circumstances { $0.patientID = "" }).contains("no patient ID"))
    }

    @Test(arguments: [StudyState.receiving, .queued, .unscored, .reported]) func onlyAScoredStudyIsDrafted(_ state: StudyState) throws {
        #expect(Sample.grounds(try Sample.circumstances { $0.state = state }) == nil)
    }

    @Test func aStudyWhoseImagesStillComeIsNotDrafted() throws {
        let reasons = Sample.reasons(try Sample.circumstances { _ = $0.assembly.receive(at: t0) })
        #expect(reasons == ["images are still coming in"])
    }

    @Test func everyReasonIsTold() throws {
        let circumstances = try Sample.circumstances(order: "Pneumothorax?", age: "005Y") { $0.findings["abnormal"] = 0.5 }
        #expect(Sample.reasons(circumstances).count == 3)
    }
}
