using System.Text.Json.Nodes;
using Tango2.Pipelines;
using Tango2.Published;
using Tango2.Tests.Parity;

namespace Tango2.Tests.Snapshots;

/// <summary>AudioLDM 2 from a folder in its published layout, against what the reference made of the same files.</summary>
[Trait("Category", SnapshotSet.Category)]
public sealed class AudioLdm2Tests
{
    private const string Rank = "rank", FirstRows = "_first";

    public static IEnumerable<TheoryDataRow<string>> Entries => SnapshotSet.Names("audioldm2");

    [Theory, MemberData(nameof(Entries))]
    public void Texts_latents_sound_and_ranking_are_the_references(string name)
    {
        using var scope = NewDisposeScope();
        var entry = SnapshotSet.Entry(name);
        var (pipeline, comparison) = (PublishedAudioLdm2.Load(SnapshotSet.Of(entry), Where.Device), new Comparison(entry));
        Generated(pipeline, entry, comparison);
        if (entry.Config[Rank] is JsonObject ranked) Ranked(pipeline, entry, ranked, comparison);
        TestContext.Current.TestOutputHelper?.WriteLine(comparison.Finish());
    }

    private static void Generated(AudioLdm2 pipeline, ParityFixture entry, Comparison comparison)
    {
        var (prompts, seconds) = (entry.Strings("prompts"), (double)entry.Config["audio_length_in_s"]!);
        var options = Walk(pipeline, entry.Config);
        var newTokens = (int?)entry.Config["max_new_tokens"];
        var text = pipeline.Encode(prompts, newTokens: newTokens);
        var negative = pipeline.Encode(Negatives(entry.Config["negative_prompts"], prompts.Length), (int)text.TextIds.shape[1], newTokens);
        Tensor Both(Func<AudioLdm2Text, Tensor> part) => options.GuidanceScale > 1 ? cat([part(negative), part(text)]) : part(text);
        comparison.Maybe("prompt_embeds", () => Both(t => t.PromptEmbeds));
        comparison.Maybe("attention_mask", () => Both(t => t.AttentionMask));
        comparison.Maybe("generated_prompt_embeds", () => Both(t => t.GeneratedPromptEmbeds));
        comparison.Maybe("clap_text_features", () => text.ClapFeatures);
        comparison.Maybe("projected", () => text.Projected);
        comparison.Maybe("projected_mask", () => text.ProjectedMask);
        comparison.Maybe("projected_negative", () => negative.Projected);
        comparison.Maybe("t5_input_ids", () => text.TextIds);
        foreach (var output in entry.Outputs.Where(o => o.StartsWith("clap_input_ids", StringComparison.Ordinal)))
            comparison.Close(output, output.Contains(FirstRows, StringComparison.Ordinal)
                ? text.ClapIds.narrow(1, 0, entry.Output(output).shape[1]) : text.ClapIds);
        comparison.Maybe("timesteps", () => tensor(pipeline.Timesteps(options).Select(t => (long)t).ToArray()));
        Assert.Equal([prompts.Length, .. pipeline.LatentShape(seconds)], entry.Input("latents").shape);
        var latents = pipeline.Latents(text, negative, new(entry.Input("latents").to(float32)), options, Watched);
        comparison.Maybe("latents", () => latents);
        comparison.Maybe("mel", () => pipeline.DecodeMel(latents));
        comparison.Maybe("audio", () => pipeline.Decode(latents, seconds));

        void Watched(int steps, Tensor now) => comparison.Maybe($"latents_step{steps}", () => now.clone());
    }

    private static void Ranked(AudioLdm2 pipeline, ParityFixture entry, JsonObject ranked, Comparison comparison)
    {
        string[] prompts = [(string)ranked["prompt"]!];
        var seconds = (double)(ranked["audio_length_in_s"] ?? entry.Config["audio_length_in_s"])!;
        var options = Walk(pipeline, entry.Config) with { Steps = (int)ranked["num_inference_steps"]! };
        var newTokens = (int?)(ranked["max_new_tokens"] ?? entry.Config["max_new_tokens"]);
        var text = pipeline.Encode(prompts, newTokens: newTokens);
        var negative = pipeline.Encode(Negatives(ranked["negative_prompt"], 1), (int)text.TextIds.shape[1], newTokens);
        var latents = pipeline.Latents(text, negative, new(entry.Input("rank_latents").to(float32)), options);
        var before = pipeline.Decode(latents, seconds);
        foreach (var output in entry.Outputs.Where(o => o.StartsWith("rank_audio_before", StringComparison.Ordinal)))
            comparison.Sampled(output, before);
        foreach (var output in entry.Outputs.Where(o => o.StartsWith("rank_input_features", StringComparison.Ordinal)))
            comparison.Sampled(output, pipeline.Heard(before)[..(int)entry.Output(output).shape[0]]);
        var ranking = pipeline.Rank(prompts, before);
        comparison.Maybe("rank_logits_per_text", () => ranking.LogitsPerText);
        comparison.Maybe("rank_order", () => ranking.Order);
        comparison.Maybe("rank_audio", () => before.index_select(0, ranking.Order)[..(int)entry.Output("rank_audio").shape[0]]);
    }

    private static GenerationOptions Walk(AudioLdm2 pipeline, JsonObject config) => pipeline.Defaults with
    {
        Steps = (int)config["num_inference_steps"]!,
        GuidanceScale = (double)config["guidance_scale"]!,
    };

    private static string[] Negatives(JsonNode? told, int count) => told switch
    {
        JsonArray many => [.. many.Select(n => (string)n!)],
        JsonValue one => [.. Enumerable.Repeat((string)one!, count)],
        _ => [.. Enumerable.Repeat("", count)],
    };
}
