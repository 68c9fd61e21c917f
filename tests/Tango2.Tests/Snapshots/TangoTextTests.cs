using Tango2.Published;
using Tango2.Tests.Parity;

namespace Tango2.Tests.Snapshots;

/// <summary>Prompts to states, by the text encoder of a published Tango.</summary>
[Trait("Category", SnapshotSet.Category)]
public sealed class TangoTextTests
{
    public static IEnumerable<TheoryDataRow<string>> Entries => SnapshotSet.Names("tango_text");

    [Theory, MemberData(nameof(Entries))]
    public void States_of_prompts_are_the_references(string name)
    {
        using var scope = NewDisposeScope();
        var entry = SnapshotSet.Entry(name);
        var comparison = new Comparison(entry);
        Compare(entry, comparison, PublishedTango.Load(SnapshotSet.Of(entry)).To(Where.Device).Encode, TokensOf(entry));
        TestContext.Current.TestOutputHelper?.WriteLine(comparison.Finish());
    }

    [Theory, MemberData(nameof(Entries))]
    public void The_text_encoders_own_repository_gives_the_same_in_each_of_its_forms(string name)
    {
        using var scope = NewDisposeScope();
        var entry = SnapshotSet.Entry(name);
        var encoder = RepositoryOf(entry);
        foreach (var form in new[] { "model.safetensors", "pytorch_model.bin", "model.safetensors.index.json", "pytorch_model.bin.index.json" })
        {
            var owner = new[] { encoder, encoder + "-sharded" }.Select(r => SnapshotSet.Hub.Find(r)).FirstOrDefault(s => s?.Has(form) == true);
            if (owner is null) continue;
            using var folder = new LinkedFolder(owner.Folder, without: file =>
                file.Contains("model", StringComparison.Ordinal) && !file.StartsWith("spiece", StringComparison.Ordinal)
                && !file.StartsWith(form.Split('.')[0], StringComparison.Ordinal));
            var text = PublishedT5.Load(new(folder.Path)).Encode(entry.Strings("prompts6"));
            var tolerance = entry.Tolerances.For("output.states");
            Golden.Close(entry.Output("states"), text.EncoderHiddenStates, tolerance.Atol, tolerance.Rtol, form);
        }
    }

    internal static string RepositoryOf(ParityFixture entry) => (string)LooseJson.Parse(
        Tango2.Files.Utf8File.Text(SnapshotSet.Of(entry).PathOf("main_config.json")))["text_encoder_name"]!;

    /// <summary>The tokenizer that a Tango's encoder reads by.</summary>
    internal static Tango2.Text.UnigramTokenizer TokensOf(ParityFixture entry) =>
        Tango2.Text.UnigramTokenizer.Load(SnapshotSet.Hub.Find(RepositoryOf(entry))!.PathOf("spiece.model"));

    private static void Compare(
        ParityFixture entry, Comparison comparison, Func<IReadOnlyList<string>, Tango2.Diffusion.TextStates> encode,
        Tango2.Text.UnigramTokenizer tokenizer)
    {
        var prompts = entry.Strings("prompts6");
        var text = encode(prompts);
        comparison.Maybe("states", () => text.EncoderHiddenStates);
        comparison.Maybe("attention_mask", () => text.EncoderAttentionMask.to(int64));
        comparison.Maybe("input_ids", () => tokenizer.Batch(prompts).Ids);
        var longest = new[] { (string)entry.Config["long_prompt"]! };
        comparison.Maybe("long.input_ids", () => tokenizer.Batch(longest, max: (int)entry.Output("long.input_ids").shape[1]).Ids);
        foreach (var output in entry.Outputs.Where(o => o.StartsWith("long.states", StringComparison.Ordinal)))
            comparison.Sampled(output, encode(longest).EncoderHiddenStates);
    }
}
