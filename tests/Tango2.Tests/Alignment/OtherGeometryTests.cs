using System.Security.Cryptography;
using Tango2.Alignment;
using Tango2.Audio;
using Tango2.Evaluation;
using Tango2.Metrics;
using Tango2.Models;
using Tango2.Pipelines;
using Tango2.Preferences;
using Tango2.Studies;
using Tango2.Text;

namespace Tango2.Tests.Alignment;

/// <summary>The whole method at scales that are nobody's, through the public API alone: a scale is data.</summary>
public sealed class OtherGeometryTests : IDisposable
{
    private static readonly string[] Prompts = ["A dog barks followed by a bell ringing", "Rain falls"];
    private static readonly long[] Seeds = [3, 4];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();
    private readonly DisposeScope _scope = NewDisposeScope();

    public static TheoryData<string> Names => ["published", "odd"];

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Prompts_become_clips_of_the_geometry_and_are_the_same_in_any_batch(string name)
    {
        var geometry = Of(name);
        var tango = geometry.Tango();
        Assert.Equal((geometry.Mel.SampleRate, geometry.Mel.ClipSamples), (tango.SampleRate, tango.ClipSamples));
        var squeezed = geometry.Vae.Compression;
        Assert.Equal(
            [geometry.Vae.EmbedDim, geometry.Mel.ClipFrames / squeezed, geometry.Mel.MelBins / squeezed], tango.LatentShape);
        Assert.Equal(geometry.TextLength, tango.TextLength);
        foreach (var sampler in Enum.GetValues<Sampler>())
        {
            var options = geometry.Defaults with { Sampler = sampler };
            var together = tango.Generate(Prompts, Seeds, options);
            Assert.Equal([2, tango.ClipSamples], together.shape);
            var other = tango.Generate(Prompts, [5, 6], options);
            var difference = Largest(together - other);
            Assert.True(difference > 0, "seeds make no difference");
            var single = tango.Generate(Prompts, Seeds, options with { BatchSize = 1 });
            var alone = tango.Generate(Prompts[1..], Seeds[1..], options);
            Assert.InRange(Largest(together - single), 0, difference / 100);
            Assert.InRange(Largest(together[1] - alone[0]), 0, difference / 100);
        }
        var walk = Walk.Of(tango, Prompts[0], Seeds[0], geometry.Defaults);
        Assert.Equal(geometry.Defaults.Steps, walk.Count);
        Assert.All(walk, step => Assert.InRange(step.Timestep, 0, geometry.Schedule.Steps - 1));
        var latents = tango.EncodeAudio(rand(2, tango.ClipSamples) - 0.5, new Generator(1UL));
        Assert.Equal([2, .. tango.LatentShape], latents.shape);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Listeners_of_other_rates_hear_the_same_sound(string name)
    {
        var geometry = Of(name);
        var tango = geometry.Tango();
        var sound = rand([2, tango.ClipSamples], generator: new Generator(1)) - 0.5;
        foreach (var scorer in Scorers(geometry))
            Assert.Equal(
                scorer.Score(At(scorer.SampleRate), Prompts), scorer.Score(sound, Prompts, tango.SampleRate));
        var tagger = geometry.Tagger();
        Assert.Equal(
            tagger.Features(At(tagger.SampleRate)).Logits.data<float>().ToArray(),
            tagger.Features(sound, tango.SampleRate).Logits.data<float>().ToArray());
        var grounder = geometry.Grounder();
        string[][] queries = [["a dog"], ["rain", "a bell"]];
        var heard = grounder.Regions(sound, queries, tango.SampleRate);
        Assert.Equal(grounder.Regions(At(grounder.SampleRate), queries).SelectMany(clip => clip.SelectMany(r => r)),
            heard.SelectMany(clip => clip.SelectMany(r => r)));
        Assert.All(heard.SelectMany(clip => clip.SelectMany(r => r)), region =>
            Assert.InRange(region.Offset, region.Onset, geometry.Seconds + 0.05));

        Tensor At(int rate) => Resampler.Resample(sound, tango.SampleRate, rate);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Candidates_are_made_ranked_filtered_and_learnt_from_and_the_change_is_measured(string name)
    {
        var geometry = Of(name);
        var tango = geometry.Tango();
        ClapScorer[] scorers = [.. Scorers(geometry).Take(2)];
        var plan = Plan();
        Assert.Contains(plan, clip => clip.Role == "perturbed-1");
        Assert.Contains(plan, clip => clip.Role == "reordered-1");
        using var candidates = CandidateSet.Generate(tango, plan);
        InFolder(tango, plan, candidates);

        var pairs = Ranking.Pairs(candidates, tango, scorers);
        Strategy[] always = [Strategy.DenoisingSteps, Strategy.Samples]; // of the others only what happens to score lower
        Assert.Equal(always, pairs.Select(pair => pair.Strategy).Distinct().Order().Take(2));
        var kept = new ClapFilter([Wide("1"), Wide("2")]).Keep(pairs);
        Assert.InRange(kept.Count, 1, pairs.Count);

        var remade = RemadeClips.Generate(tango, scorers, kept, plan, scored: true, heard: true);
        var waveform = remade.Waveform(kept[0].Winner);
        Assert.Equal((tango.SampleRate, tango.ClipSamples), (waveform.SampleRate, waveform.Samples.Length));
        Assert.InRange(Largest(remade.Clips.LatentsOf([kept[0].Winner]) - candidates.LatentsOf([kept[0].Winner])), 0, 1e-3);
        var own = new CandidatePlan(plan.Where(clip => clip.Number == 0));
        Assert.Contains(Prompts[0], CandidateClips.Generate(tango, scorers, Prompts[0], own).Table().ToString());

        using var data = PreferenceSet.From([.. kept.Take(4)], candidates, tango);
        Evaluate(geometry, tango, Aligned(geometry, tango, data));
    }

    [Fact]
    public void Parts_that_do_not_fit_are_told()
    {
        var odd = OtherGeometry.Odd;
        Refused("the mel bins modulo 4, 2, must be what the autoencoder can halve, 0", odd with
        {
            Mel = odd.Mel with { MelBins = 26, ClipSamples = 32 * 147 },
            Vocoder = odd.Vocoder with { NumMels = 26 },
            Vae = odd.Vae with { Layers = odd.Vae.Layers with { ChMult = [1, 2, 2] } },
        });
        Refused("the clip's frames modulo 2, 1, must be what the autoencoder can halve, 0", odd with
        {
            Mel = odd.Mel with { ClipSamples = 31 * 147 },
        });
        Refused("the clip's samples modulo 147, 1, must be what frames fill, 0", odd with
        {
            Mel = odd.Mel with { ClipSamples = 30 * 147 + 1 },
        });
        Refused("the mel bins modulo 2, 1, must be what the front end keeps, 0", odd with
        {
            Mel = odd.Mel with { MelBins = 25 },
            Vocoder = odd.Vocoder with { NumMels = 25 },
            Vae = odd.Vae with { Layers = odd.Vae.Layers with { ChMult = [1] } },
        });
        Refused("the vocoder's hop_size, 21, must be the mel's hop, 147", odd with
        {
            Vocoder = odd.Vocoder with { UpsampleRates = [3, 7], UpsampleKernelSizes = [5, 9], HopSize = 21 },
        });
        Refused("the vocoder's sampling_rate, 16000, must be the mel's rate, 22050", odd with
        {
            Vocoder = odd.Vocoder with { SamplingRate = 16_000 },
        });
        Refused("the vocoder's num_mels, 32, must be the mel bins, 24", odd with
        {
            Vocoder = odd.Vocoder with { NumMels = 32 },
        });
        Refused("the U-Net's in_channels, 8, must be the autoencoder's embed_dim, 4", odd with
        {
            UNet = odd.UNet with { InChannels = 8 },
        });
        Refused("the U-Net's out_channels, 8, must be the autoencoder's embed_dim, 4", odd with
        {
            UNet = odd.UNet with { OutChannels = 8 },
        });
        Refused("the U-Net's cross_attention_dim, 24, must be the text encoder's width, 22", odd with
        {
            UNet = odd.UNet with { CrossAttentionDim = 24 },
        });
    }

    [Fact]
    public void Listeners_that_do_not_fit_are_told()
    {
        var odd = OtherGeometry.Odd;
        var few = new UnigramTokenizer(UnigramTrainer.Train(Prompts, 140));
        Named($"the tokenizer's pieces, {few.VocabularySize}, must be at most the text encoder's vocab_size, 100",
            () => _ = new PromptEncoder(new(few, 9), new T5EncoderModel(odd.TextEncoder with { VocabSize = 100 })));
        var pieces = OtherGeometry.ClapTokenizer().VocabularySize;
        var roberta = odd.Claps[0].Roberta;
        Named($"the tokenizer's pieces, {pieces}, must be at most the vocab_size of CLAP x, 270", () => _ = new ClapScorer(
            new(odd.Claps[0] with { Roberta = roberta with { VocabSize = 270 } }),
            new(OtherGeometry.ClapTokenizer(), 9), "x"));
        Named("the frames of a clip, 33, must be at most those of CLAP x's image, 32", () => _ = new ClapScorer(
            new(odd.Claps[0] with { AudioCfg = odd.Claps[0].AudioCfg with { ClipSamples = 33 * 147 } }),
            new(OtherGeometry.ClapTokenizer(), 9), "x"));
        Named("the tokens of a text, 25, must be at most the positions of CLAP x, 24",
            () => _ = new ClapScorer(new(odd.Claps[0]), new(OtherGeometry.ClapTokenizer(), 25), "x"));
        Named("the mel bins, 21, must be the tagger's, 20",
            () => _ = new Tagger(new(odd.TaggerNet), new(odd.TaggerMel with { MelBins = 21 })));
        Named("the mel bins, 19, must be the grounding model's, 18", () => _ = new EventGrounder(
            new(odd.Grounding), WordVocabulary.Build(Prompts), new(odd.GroundingMel with { MelBins = 19 })));
        Named("the words, 10, must be at most those that the grounding model knows, 5", () => _ = new EventGrounder(
            new(odd.Grounding with { VocabSize = 5 }), WordVocabulary.Build(Prompts), new(odd.GroundingMel)));
    }

    [Fact]
    public void Latents_of_another_geometry_and_steps_beyond_the_schedule_are_refused()
    {
        var tango = OtherGeometry.Odd.Tango();
        Named("latents must be [B, 4, 15, 12], but is [1, 4, 16, 12]", () => tango.Decode(zeros(1, 4, 16, 12)));
        Named("latents must be [B, 4, 15, 12]", () => tango.DecodeMel(zeros(1, 4, 15, 10)));
        CandidatePlan plan = new([new(0, "original", "a", "a", 1, 1), new(0, "sample-1", "a", "a", 1, 2)]);
        using var foreign = new CandidateSet(plan, zeros(2, 4, 16, 12));
        var pair = new PreferencePair("a", plan[0].Id, plan[1].Id, Strategy.Samples, []);
        Named("latents must be [B, 4, 15, 12], but is [2, 4, 16, 12]", () => PreferenceSet.From([pair], foreign, tango));
        Named("Steps must be from 1 to 400, but is 401.", () => tango.Latents(Prompts, Seeds, new() { Steps = 401 }));
        Named("Steps must be from 1 to 400, but is 401.", () => Walk.Of(tango, Prompts[0], 1, new() { Steps = 401 }));
    }

    // The strategies' plan, in fewer steps than the paper's so that it takes a second.
    private static CandidatePlan Plan() => new(CandidatePlan.For(Prompts, seed: 1, new RuleBasedPerturber())
        .Select(clip => clip with { Steps = 1 + clip.Steps / 50 }));

    private void InFolder(TextToAudio tango, CandidatePlan plan, CandidateSet candidates)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder.FullName, "candidates")).FullName;
        var first = CandidateSet.Generate(tango, plan, folder).First();
        var file = Assert.Single(Directory.GetFiles(folder));
        var bytes = File.GetLastWriteTimeUtc(file);
        Assert.Equal(first.Of, CandidateSet.Generate(tango, plan, folder).Count());
        Assert.Equal(bytes, File.GetLastWriteTimeUtc(file));
        using var read = CandidateSet.Read(plan, folder);
        Assert.InRange(Largest(read.Latents - candidates.Latents) / Largest(candidates.Latents), 0, 1e-2);
    }

    private static string Weights(nn.Module module) => Convert.ToHexString(SHA256.HashData(
        [.. module.state_dict().OrderBy(t => t.Key, StringComparer.Ordinal).SelectMany(t => t.Value.bytes.ToArray())]));

    private UNet2DConditionModel Aligned(OtherGeometry geometry, TextToAudio tango, PreferenceSet data)
    {
        var options = new PreferenceOptions
        {
            Batch = data.Count,
            SftEpochs = 1,
            DpoEpochs = 1,
            LearningRate = 1e-2,
            Beta = 20,
            WarmupEpochs = 0,
        };
        var state = Path.Combine(_folder.FullName, "state.safetensors");
        var before = Weights(tango.UNet);
        using var whole = geometry.NewUNet();
        var losses = PreferenceTraining.Run(tango, whole, data, options).Select(report => report.Loss).ToArray();
        Assert.Equal(2, losses.Length);
        using (var stopped = geometry.NewUNet())
            _ = PreferenceTraining.Run(tango, stopped, data, options, state).Take(2).ToArray(); // the second is not kept
        var policy = geometry.NewUNet();
        var reports = PreferenceTraining.Run(tango, policy, data, options, state).ToArray();
        Assert.Equal([true, false], reports.Select(report => report.Restored));
        Assert.Equal(losses, reports.Select(report => report.Loss));
        Assert.Equal(Weights(whole), Weights(policy));
        Assert.Equal(before, Weights(tango.UNet));
        policy.eval();
        return policy;
    }

    private void Evaluate(OtherGeometry geometry, TextToAudio tango, UNet2DConditionModel policy)
    {
        var evaluator = geometry.Evaluator();
        string[] prompts = [.. Prompts, "A car passes by", "A loud siren wails"];
        var samples = (int)(geometry.Seconds * geometry.ProtocolRate);
        var real = rand([prompts.Length, samples], generator: new Generator(1)) - 0.5;
        var blind = new ClipProtocol(prompts, [1, 2, 3, 4], real, geometry.ProtocolRate);
        var wanted = prompts.Select((_, i) => Wanted(geometry.Seconds, ordered: i == 0));
        var protocol = blind with { WantedClips = [.. wanted] };

        var before = evaluator.Run("before", tango, protocol);
        var after = evaluator.Run("after", tango.With(policy), protocol);
        Assert.Equal([prompts.Length, samples], before.Waveforms.shape);
        Assert.Equal(Metric.All.Append(Metric.Fidelity).Order(ByKey), before.Metrics.Order(ByKey));
        Assert.All(Metric.All, metric => Assert.True(double.IsFinite(before[metric]), metric.Key));
        Assert.NotEqual(before[Metric.Fad], after[Metric.Fad]);
        var comparison = new Comparison(before, after, seed: 1);
        Assert.Contains("CLAP", comparison.Table("Before and after", Metric.All).ToString());
        Assert.All(Evaluator.Compare(before, after, seed: 1, resamples: 3),
            change => Assert.Equal(after[change.Key] - before[change.Key], change.Value.Interval.Estimate, 1e-9));

        var clips = new EvaluationClips(_folder.FullName, _ => "weights", geometry.Defaults);
        clips.Write("before", before.Waveforms, blind);
        Assert.Null(clips.Read("before", blind with { SampleRate = 24_000 }));
        var again = evaluator.Measure("before", clips.ReadOrGenerate(tango, "before", blind), blind);
        Assert.Equal(Metric.All.Except(Metric.Temporal).Order(ByKey), again.Metrics.Order(ByKey));
        Assert.All(again.Metrics, metric => Assert.Equal(before[metric], again[metric], 1e-9));
        Assert.InRange(Largest(clips.ReadOrGenerate(tango, "none", blind) - before.Waveforms), 0, 1e-6);
    }

    private static readonly Comparer<Metric> ByKey = Comparer<Metric>.Create((a, b) => string.CompareOrdinal(a.Key, b.Key));

    private static WantedClip Wanted(double seconds, bool ordered) => new(
        [
            new("dog", "a dog barks", [new EventRegion(0, seconds / 3)]),
            new("bell", "a bell", [new EventRegion(seconds / 2, seconds)]),
        ], ordered, seconds);

    private static OtherGeometry Of(string name) => name == "odd" ? OtherGeometry.Odd : OtherGeometry.Published;

    private static IEnumerable<ClapScorer> Scorers(OtherGeometry geometry) => Enumerable.Range(0, 3).Select(geometry.Scorer);

    private static ClapThresholds Wide(string model) => new(model, Alpha: -1, Beta: -1, DeltaMin: 0, DeltaMax: 2);

    private static float Largest(Tensor values) => values.abs().max().item<float>();

    private static void Refused(string part, OtherGeometry geometry) => Named(part, () => geometry.Tango());

    private static void Named(string part, Action call) => Assert.Contains(
        part, Assert.Throws<ArgumentException>(call).Message, StringComparison.Ordinal);
}
