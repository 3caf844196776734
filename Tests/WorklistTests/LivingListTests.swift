import Testing
import Worklist

@Suite struct LivingListTests {
    private let now = Timestamp(microseconds: 1_800_000_000_000_000)

    private func study(_ number: Int, _ random: inout LCG) -> Study {
        var study = Study(studyInstanceUID: UID("1.2.\(number)")!, receivedAt: now.advanced(bySeconds: -Double(random.next() % 30_000)))
        study.state = .scored
        study.category = Category.allCases[Int(random.next() % 5)]
        study.findings = ["pneumothorax": Double(random.next() % 100) / 100, "effusion": Double(random.next() % 100) / 100]
        study.orderPriority = OrderPriority.allCases[Int(random.next() % 3)]
        return study
    }

    /// The naive twin: the whole list made anew.
    @Test(arguments: PolicyName.allCases)
    func whateverHappenedItIsTheListMadeAnew(ordering: PolicyName) throws {
        let policy = try WorklistPolicy.shipped()
        var random = LCG(state: 5)
        var list = LivingList(ordering: ordering, policy: policy)
        var studies: [UID: Study] = [:]
        for step in 0..<40 {
            let moment = now.advanced(bySeconds: Double(step) * 97)
            for _ in 0..<5 {
                var study = study(Int(random.next() % 60), &random)
                if let known = studies[study.studyInstanceUID] { study.receivedAt = known.receivedAt }
                if random.next() % 4 == 0 {
                    study.report(at: moment)
                    studies[study.studyInstanceUID] = nil
                } else {
                    studies[study.studyInstanceUID] = study
                }
                list.put(study, at: moment)
            }
            list.order(at: moment)
            let anew = WorklistSnapshot(of: Array(studies.values), orderedBy: ordering, under: policy, at: moment).items
            #expect(list.items.map(\.studyInstanceUID) == anew.map(\.studyInstanceUID))
            #expect(list.items.map(\.urgency) == anew.map(\.urgency))
            #expect(list.items.map(\.waitingSeconds) == anew.map(\.waitingSeconds))
            #expect(list.items.map(\.rank) == anew.map(\.rank))
            #expect(list.items.map(\.nextStep) == anew.map(\.nextStep))
        }
    }

    @Test func whatIsPutInUnchangedChangesNothing() throws {
        var random = LCG(state: 2)
        var list = LivingList(ordering: .delayCost, policy: try .shipped())
        let study = study(1, &random)
        let hasChanged = [
            list.put(study, at: now), list.put(study, at: now.advanced(bySeconds: 30)), list.remove(study.studyInstanceUID), list.remove(study.studyInstanceUID),
        ]
        #expect(hasChanged == [true, false, true, false])
    }

    @Test func itSaysWhenTheNextStudyGoesPastItsLimit() throws {
        var study = Study(studyInstanceUID: UID("1.2.3")!, receivedAt: now)
        study.state = .scored
        study.category = .critical
        var list = LivingList(ordering: .delayCost, policy: try .shipped())
        list.put(study, at: now)
        list.order(at: now)
        #expect(list.nextLimit == list.items[0].dueAt)
        list.order(at: now.advanced(bySeconds: 86_400))
        #expect(list.nextLimit == nil)
    }
}
