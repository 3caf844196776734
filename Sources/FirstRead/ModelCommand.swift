import ArgumentParser

struct ModelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model",
        abstract: "Model folders: what they are good for, approving them, importing other people's.",
        discussion: """
            EXAMPLES:
              firstread model check Models/*
              firstread model import --torchxrayvision nih-pc-chex-mimic_ch-google-openi-kaggle-densenet121-….pt
              firstread model approve Models/torchxrayvision-all --by "Dr. M. Weiss"
            """,
        subcommands: [ModelCheck.self, ModelImport.self, ModelApprove.self])
}
