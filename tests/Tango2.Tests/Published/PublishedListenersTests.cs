using Tango2.Hub;
using Tango2.Published;
using Tango2.Tests.Snapshots;

namespace Tango2.Tests.Published;

/// <summary>What is said of published files that lack something, are another model's, or are damaged.</summary>
[Trait("Category", SnapshotSet.Category)]
public sealed class PublishedListenersTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public PublishedListenersTests() => SnapshotSet.Need();

    private static string Cnn14 => SnapshotSet.At((string)SnapshotSet.Entry("evaluation").Config["cnn14"]!);

    private static string Vggish => SnapshotSet.At((string)SnapshotSet.Entry("evaluation").Config["vggish"]!);

    private static string Grounding => Path.GetDirectoryName(SnapshotSet.At((string)SnapshotSet.Entry("grounding").Config["checkpoint"]!))!;

    private static Snapshot Roberta => SnapshotSet.Find("hub/models--roberta-base");

    private static string Clap => SnapshotSet.Find("hub/models--lukewys--laion_clap").PathOf("630k-best.pt");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Another_models_file_is_told_apart()
    {
        Says($"{Vggish}: expected a file of PANNs, found one of torchvggish: name another file.", () => PublishedTagger.Load(Vggish));
        Says($"{Cnn14}: expected a file of torchvggish, found one of PANNs: name another file.", () => PublishedVggish.Load(Cnn14));
        Says("expected a file of LAION CLAP, found one of PANNs", () => PublishedClap.Load(Cnn14, Roberta));
        Says($"{Vggish}: expected an array of numpy or a tensor named pca_eigen_vectors, found none.", () => PublishedVggish.Load(Vggish, Vggish));
        var cut = _folder.At("cut.pth");
        File.WriteAllBytes(cut, File.ReadAllBytes(Cnn14)[..^5000]);
        Says($"{cut}: ", () => PublishedTagger.Load(cut));
    }

    [Fact]
    public void A_clap_of_other_spectrograms_needs_its_configuration_and_a_wrong_one_is_named()
    {
        var config = SnapshotSet.At((string)SnapshotSet.Entry("clap_630k").Config["model_config"]!);
        File.WriteAllText(_folder.At("other.json"), File.ReadAllText(config).Replace("\"fmax\": 14000", "\"fmax\": 12000", StringComparison.Ordinal));
        Says("its mel filters are not those of 48000 Hz", () => PublishedClap.Load(Clap, Roberta, _folder.At("other.json")));
        File.WriteAllText(_folder.At("unknown.json"), File.ReadAllText(config).Replace("\"fmin\"", "\"lowest\"", StringComparison.Ordinal));
        var error = Says("lowest", () => PublishedClap.Load(Clap, Roberta, _folder.At("unknown.json")));
        Assert.StartsWith(_folder.At("unknown.json"), error, StringComparison.Ordinal);
    }

    [Fact]
    public void Roberta_files_that_lack_or_are_another_models_are_named()
    {
        foreach (var file in new[] { "config.json", "vocab.json", "merges.txt" }) File.WriteAllText(_folder.At(file), Tango2.Files.Utf8File.Text(Roberta.PathOf(file)));
        var folder = new Snapshot(_folder.Path);
        var text = File.ReadAllText(_folder.At("config.json"));
        File.WriteAllText(_folder.At("config.json"), text.Replace("\"vocab_size\": ", "\"vocab_size\": 1", StringComparison.Ordinal));
        Says("expected vocab_size", () => PublishedClap.Load(Clap, folder));
        File.WriteAllText(_folder.At("config.json"), text.Replace("\"pad_token_id\"", "\"padding\"", StringComparison.Ordinal));
        Says($"{_folder.At("config.json")}: ", () => PublishedClap.Load(Clap, folder));
        File.WriteAllText(_folder.At("config.json"), text.Replace("\"num_attention_heads\": 4", "\"num_attention_heads\": 5", StringComparison.Ordinal));
        Says("heads", () => PublishedClap.Load(Clap, folder));
        File.WriteAllText(_folder.At("config.json"), text);
        File.WriteAllText(_folder.At("vocab.json"), """{"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3}""");
        Says("it is another model's", () => PublishedClap.Load(Clap, folder));
        File.Delete(_folder.At("merges.txt"));
        Assert.Contains("merges.txt does not exist", Assert.Throws<FileNotFoundException>(() => PublishedClap.Load(Clap, folder)).Message);
        Assert.Contains("There is no CLAP none.pt", Assert.Throws<FileNotFoundException>(() => PublishedClap.Find("none.pt", Roberta.Folder)).Message);
    }

    [Fact]
    public void A_grounding_folder_must_be_whole_and_of_one_model()
    {
        foreach (var file in Directory.GetFiles(Grounding)) File.WriteAllBytes(_folder.At(Path.GetFileName(file)), File.ReadAllBytes(file));
        var yaml = File.ReadAllText(_folder.At("config.yaml"));
        void Write(string from, string to) => File.WriteAllText(_folder.At("config.yaml"), yaml.Replace(from, to, StringComparison.Ordinal));
        Write("Cnn8_Rnn", "CrnnEncoder");
        Says("expected model.audio_encoder.type to be Cnn8_Rnn, found steam.grounding_tool.models.audio_encoder.CrnnEncoder.", () => PublishedGrounder.Load(_folder.Path));
        Write("sample_rate: 32000", "sample_rate: fast");
        Says("expected model.audio_encoder.args.sample_rate to be a whole number from 1 to 1000000, found fast.", () => PublishedGrounder.Load(_folder.Path));
        Write("sample_rate: 32000", "sample_rate: 16000");
        Says("its mel filters are not those of 16000 Hz", () => PublishedGrounder.Load(_folder.Path));
        Write("embed_dim: ", "embed_dim: 9");
        Says("the files are not of one model", () => PublishedGrounder.Load(_folder.Path));
        Write("model:", "model: [");
        Says("expected YAML, found in line", () => PublishedGrounder.Load(_folder.Path));
        Write("model:", "model:");
        File.WriteAllBytes(_folder.At("vocab_state_dict.pkl"), [0x80, 4, .. "cos\nsystem\n."u8]);
        Says("refers to 'os.system'", () => PublishedGrounder.Load(_folder.Path));
        File.Delete(_folder.At("best.pth"));
        Assert.Contains("a grounding model is a folder with config.yaml, best.pth and vocab_state_dict.pkl",
            Assert.Throws<FileNotFoundException>(() => PublishedGrounder.Load(_folder.Path)).Message);
    }

    [Fact]
    public async Task A_name_that_is_not_on_this_disk_tells_what_to_fetch()
    {
        var before = Environment.GetEnvironmentVariable("HF_HUB_CACHE");
        Environment.SetEnvironmentVariable("HF_HUB_CACHE", _folder.At("hub"));
        try
        {
            var wav = SnapshotSet.At(SnapshotSet.Entry("clap_630k").Strings("wavs")[0]);
            var (code, errors) = await Verb.Run("score", wav, "a dog", "--model", "clap-630k");
            Assert.Equal(2, code);
            Assert.Contains("fetch them with `tango2 fetch clap-630k-best`", errors, StringComparison.Ordinal);
            (code, errors) = await Verb.Run("score", wav, "a dog", "--model", "clap-630k", "--roberta", Roberta.Folder);
            Assert.Equal(2, code);
            Assert.Contains("clap-630k is not on this disk", errors, StringComparison.Ordinal);
            Environment.SetEnvironmentVariable("HF_HUB_CACHE", SnapshotSet.Hub.Folder);
            var config = SnapshotSet.At((string)SnapshotSet.Entry("clap_630k").Config["model_config"]!);
            Assert.Equal((0, ""), await Verb.Run("score", wav, wav, "a dog", "--model", "clap-630k", "--model", "clap-630k-audioset", "--clap-config", config));
        }
        finally
        {
            Environment.SetEnvironmentVariable("HF_HUB_CACHE", before);
        }
    }

    private static string Says(string message, Func<object> load)
    {
        var error = Assert.ThrowsAny<InvalidDataException>(load);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        return error.Message;
    }
}
