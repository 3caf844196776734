import ArgumentParser

struct ModelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model",
        abstract: "Model folders: what they are good for, approving them, importing other people's, timing them.",
        discussion: """
            EXAMPLES:
              firstread model check Models/*
              firstread model import --torchxrayvision nih-pc-chex-mimic_ch-google-openi-kaggle-densenet121-….pt
              firstread model approve Models/torchxrayvision-all --by "Dr. M. Weiss"
              firstread model time --model Models/cxr-lite0 --threads 2
            """,
        subcommands: [ModelCheck.self, ModelImport.self, ModelApprove.self, ModelTime.self])
}
