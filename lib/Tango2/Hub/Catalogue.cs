namespace Tango2.Hub;

/// <summary>Everything published that the paper's method uses: where it is, under which licence, and what for.</summary>
/// <remarks>
/// Licences and sizes are of the repositories' pages, read in 2025 or before; where no source was at hand they are "?" or
/// null. The file lists of declare-lab/tango2-full, roberta-base and of AudioLDM 2's weights are from memory and from
/// copies; a fetch asks the hub, and says so if a file is not there. The scheduler of stabilityai/stable-diffusion-2-1 is
/// not listed: that repository was taken down, and its numbers are in <c>NoiseSchedule</c>.
/// </remarks>
internal static class Catalogue
{
    private const string CcByNcSa = "CC BY-NC-SA 4.0", Apache = "Apache-2.0";

    private const string AudioTime =
        "https://raw.githubusercontent.com/zeyuxie29/AudioTime/0403d8c9f30e394d7e91e716943e12cf4f1d68a1/STEAMtool/";

    private const string Vggish = "https://github.com/harritaylor/torchvggish/releases/download/v0.1/";

    private static readonly string[] Tango =
    [
        "main_config.json", "vae_config.json", "stft_config.json", "pytorch_model_main.bin", "pytorch_model_vae.bin",
        "pytorch_model_stft.bin",
    ];

    private static readonly string[] T5Tokenizer =
        ["config.json", "spiece.model", "tokenizer.json", "?tokenizer_config.json", "?special_tokens_map.json"];

    private static readonly string[] Roberta = ["config.json", "vocab.json", "merges.txt"];

    private static readonly CataloguePart Tokens =
        new("google/flan-t5-large", T5Tokenizer, "the text encoder's tokenizer and sizes; its weights are in the model's own file");

    private static readonly CataloguePart ClapTokens =
        new("roberta-base", Roberta, "the tokenizer and sizes of CLAP's text branch");

    /// <summary>All entries, the paper's models first.</summary>
    public static IReadOnlyList<CatalogueEntry> All { get; } =
    [
        new("tango2", "the paper's model: text to audio, aligned by diffusion-DPO", CcByNcSa)
        {
            Repository = "declare-lab/tango2", Files = Tango, Also = Tokens, NonCommercial = true,
        },
        new("tango-full-ft-audiocaps", "where the paper starts from, and DPO's reference", CcByNcSa)
        {
            Repository = "declare-lab/tango-full-ft-audiocaps", Files = Tango, Also = Tokens, NonCommercial = true,
        },
        new("tango2-full", "Tango 2 aligned on an extended Audio-alpaca; not in the paper", CcByNcSa)
        {
            Repository = "declare-lab/tango2-full", Files = Tango, Also = Tokens, NonCommercial = true,
        },
        new("flan-t5-large", "text encoder; Tango's own files hold a copy of its weights", Apache)
        {
            Repository = "google/flan-t5-large",
            Files = [.. T5Tokenizer, "?generation_config.json", "model.safetensors|pytorch_model.bin"],
            Size = 3_130_000_000,
        },
        new("clap-630k-audioset-best", "CLAP model 1: filters pairs, and the CLAP score of the tables", "CC0-1.0")
        {
            Repository = "lukewys/laion_clap", Files = ["630k-audioset-best.pt"], Also = ClapTokens, Size = 1_860_000_000,
        },
        new("clap-630k-best", "CLAP model 2: filters pairs", "CC0-1.0")
        {
            Repository = "lukewys/laion_clap", Files = ["630k-best.pt"], Also = ClapTokens,
        },
        new("panns-cnn14-16k", "tagger: KL, IS and FD", "? (Zenodo record 3987831)")
        {
            Plain =
            [
                new("Cnn14_16k_mAP=0.438.pth", "https://zenodo.org/records/3987831/files/Cnn14_16k_mAP%3D0.438.pth?download=1",
                    ContentHash.Md5("362fc5ff18f1d6ad2f6d464b45893f2c")),
            ],
            PlainPage = "https://zenodo.org/records/3987831",
        },
        new("vggish", "embeddings of FAD", "? (github.com/harritaylor/torchvggish)")
        {
            Plain =
            [
                new("vggish-10086976.pth", Vggish + "vggish-10086976.pth", ContentHash.Sha256("10086976"), 288_567_937),
                new("vggish_pca_params-970ea276.pth", Vggish + "vggish_pca_params-970ea276.pth",
                    ContentHash.Sha256("970ea276"), 181_358),
            ],
            PlainPage = "https://github.com/harritaylor/torchvggish",
            Size = 288_749_295,
        },
        new("steam-grounding", "grounding model of STEAM: when a sound is heard", "? (github.com/zeyuxie29/AudioTime)")
        {
            Plain =
            [
                new("config.yaml", AudioTime + "steam/grounding_tool/grounding_ckpt/config.yaml"),
                new("vocab_state_dict.pkl", AudioTime + "steam/grounding_tool/grounding_ckpt/vocab_state_dict.pkl"),
                new("best.pth", null),
            ],
            PlainPage = "https://drive.google.com/file/d/1lnkX3AUhFiPvqUZVm-W558sIgyOmHgOZ/view",
        },
        new("audioldm2", "the paper's baseline, AudioLDM 2", CcByNcSa)
        {
            Repository = "cvssp/audioldm2",
            Files =
            [
                "model_index.json", "scheduler/scheduler_config.json", "feature_extractor/preprocessor_config.json",
                "tokenizer/vocab.json", "tokenizer/merges.txt", "?tokenizer/tokenizer.json", "tokenizer/tokenizer_config.json",
                "?tokenizer/special_tokens_map.json", "tokenizer_2/spiece.model", "tokenizer_2/tokenizer.json",
                "tokenizer_2/tokenizer_config.json", "?tokenizer_2/special_tokens_map.json",
                .. Network("unet", "diffusion_pytorch_model"), .. Network("vae", "diffusion_pytorch_model"),
                .. Network("projection_model", "diffusion_pytorch_model"), .. Network("vocoder"), .. Network("text_encoder"),
                .. Network("text_encoder_2"), .. Network("language_model"),
            ],
            NonCommercial = true,
        },
        new("audio-alpaca", "the paper's preference pairs: 15,025 prompts with a better and a worse sound", Apache)
        {
            Repository = "datasets/declare-lab/audio-alpaca",
            Files = [.. Enumerable.Range(0, 20).Select(i => $"data/train-{i:00000}-of-00020.parquet")],
            Size = 9_850_000_000,
        },
        new("audiotime-prompts", "prompts of the temporal evaluation: order, duration, frequency, time",
            "? (github.com/zeyuxie29/AudioTime)")
        {
            Plain = [.. new[] { "ordering", "duration", "frequency", "timestamp" }.Select(task =>
                new PlainFile($"{task}_caption.json", $"{AudioTime}data/AudioCap-Strong/test/{task}_caption.json"))],
            PlainPage = "https://github.com/zeyuxie29/AudioTime",
        },
    ];

    /// <summary>The entry of a name; null if there is none.</summary>
    public static CatalogueEntry? Find(string name) => All.FirstOrDefault(e => e.Name == name);

    private static string[] Network(string folder, string? name = null) =>
    [
        $"{folder}/config.json", $"{folder}/{name ?? "model"}.safetensors|{folder}/{name ?? "pytorch_model"}.bin",
    ];
}
