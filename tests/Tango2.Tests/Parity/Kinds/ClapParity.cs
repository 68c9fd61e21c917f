using System.Globalization;
using Tango2.Audio;
using Tango2.Models;

namespace Tango2.Tests.Parity;

/// <summary>CLAP, with and without fusion of long clips: front ends, both branches and their cosine.</summary>
internal static class ClapParity
{
    private const string Branch = "audio_branch.";

    public static void Run(ParityFixture f, Comparison c)
    {
        using var gradients = no_grad();
        var config = ClapConfig.FromJson(f.Config.ToJsonString());
        var model = Networks.LoadForeign(new ClapModel(config), f.Weights());
        Computed(model, f, c);
        var audio = f.InputOrNull("waveform.0") is null ? null : config.EnableFusion ? Fused(model, f, c) : Plain(model, f, c);
        var text = f.InputOrNull("input_ids") is { } ids ? Text(model, f, c, ids) : null;
        c.Maybe("cosine", () => audio!.matmul(text!.t()));
        c.Maybe("logit_scale_a.exp", () => model.LogitScaleA);
        c.Maybe("logit_scale_t.exp", () => model.LogitScaleT);
    }

    /// <summary>What the reference stores although it follows from the configuration.</summary>
    private static void Computed(ClapModel model, ParityFixture f, Comparison c)
    {
        if (f.Tensors.TryGetValue(Branch + "logmel_extractor.melW", out var filters))
            c.Beside("filter bank", filters.t(), MelFilterbank.Build(Mel(model.Config, MelScale.Slaney)), new(1e-7, 0));
        foreach (var (name, stored) in f.Tensors)
        {
            var window = (int)Math.Sqrt(stored.dim() > 1 ? stored.shape[^1] : 0); // both have a row for each token of a window
            if (name.EndsWith(".relative_position_index", StringComparison.Ordinal))
                c.Beside(name, stored, WindowAttention.RelativePositions(window).reshape(stored.shape), default);
            if (name.EndsWith(".attn_mask", StringComparison.Ordinal))
                c.Beside(name, stored, SwinBlock.ShiftMask(window * (int)Math.Sqrt(stored.shape[0]), window, window / 2), default);
        }
    }

    private static Tensor Plain(ClapModel model, ParityFixture f, Comparison c)
    {
        var front = new ClapMel(Mel(model.Config, MelScale.Slaney));
        var mels = Waveforms(f).Select((waveform, i) => front.Transform(Prepare(front, f, c, waveform, i))).ToArray();
        var logMel = cat(mels);
        foreach (var name in f.Outputs.Where(o => o.StartsWith("logmel_db", StringComparison.Ordinal)))
            c.Sampled(name, logMel.squeeze(1));
        var seen = Listen(model, f);
        var embedding = model.AudioEmbedding(logMel);
        var map = model.AudioBranch.FeatureMap(logMel);
        Stages(model, f, c, seen, map, logMel);
        c.Maybe("audio_embedding", () => embedding);
        return embedding;
    }

    private static Tensor Fused(ClapModel model, ParityFixture f, Comparison c)
    {
        var front = new ClapFusionMel(Mel(model.Config, MelScale.Htk));
        var plain = new ClapMel(front.Config);
        var (mels, longer) = (new List<Tensor>(), new List<bool>());
        foreach (var (waveform, i) in Waveforms(f).Select((w, i) => (w, i)))
        {
            var samples = waveform;
            // A long clip is stored once: it is repeated with a gain each time.
            if (f.Has($"longer.{i}") && f.Output($"longer.{i}").item<bool>() && f.InputOrNull("fusion.gains") is { } gains)
                samples = (gains.unsqueeze(1) * waveform).reshape(1, -1);
            else Prepare(plain, f, c, waveform, i);
            var starts = front.StartRanges(samples.shape[1]).Count == 0 ? [] : f.Input("fusion.chunk_starts").cpu().data<long>().ToArray();
            var fused = front.Transform(samples, starts);
            foreach (var name in f.Outputs.Where(o => o.StartsWith($"mel_fusion.{i}", StringComparison.Ordinal)))
                c.Sampled(name, fused.Mel);
            c.Maybe($"longer.{i}", () => tensor(new[] { fused.Longer }));
            mels.Add(fused.Mel);
            longer.Add(fused.Longer);
        }
        // Where no clip is longer, the reference takes one for longer, which it draws; of a single clip that is no draw.
        if (longer.Count == 1) longer[0] = true;
        var (mel, flags) = (stack(mels), tensor(longer.ToArray(), device: Where.Device));
        var seen = Listen(model, f);
        var embedding = model.AudioEmbedding(mel, flags);
        Stages(model, f, c, seen, model.AudioBranch.FeatureMap(mel, flags), mel);
        c.Maybe("audio_embedding", () => embedding);
        return embedding;
    }

    /// <summary>Quantised and repeated to the window; compares what is stored of both.</summary>
    private static Tensor Prepare(ClapMel front, ParityFixture f, Comparison c, Tensor waveform, int index)
    {
        var prepared = front.Prepare(waveform);
        c.Maybe($"quantised.{index}.head", () => ClapMel.Quantise(waveform)[0][..(int)f.Output($"quantised.{index}.head").shape[0]]);
        c.Maybe($"padded.{index}.sum_abs", () => prepared.to(float64).abs().sum());
        c.Maybe($"padded.{index}.tail", () => prepared[0][^(int)f.Output($"padded.{index}.tail").shape[0]..]);
        return prepared;
    }

    private static Dictionary<string, Tensor> Listen(ClapModel model, ParityFixture f) => Taps.On(
        model, f.Outputs.Select(StageOf).Distinct().Select(stage => Branch + stage));

    // "layers.0.every8" is of the module layers.0.
    private static string StageOf(string output) =>
        string.Join('.', output.Split('.').TakeWhile((part, i) => i == 0 || part.All(char.IsAsciiDigit)));

    private static void Stages(
        ClapModel model, ParityFixture f, Comparison c, Dictionary<string, Tensor> seen, Tensor map, Tensor logMel)
    {
        foreach (var name in f.Outputs)
        {
            if (!seen.TryGetValue(Branch + StageOf(name), out var stage)) continue;
            c.Sampled(name, ItemOf(name) is { } item ? stage[item] : stage);
        }
        foreach (var name in f.Outputs.Where(o => o.StartsWith("image.", StringComparison.Ordinal)))
        {
            var normed = model.named_modules().First(m => m.name == Branch + "bn0").module;
            var bands = ((nn.Module<Tensor, Tensor>)normed).call(logMel.transpose(1, 3)).transpose(1, 3);
            var images = model.AudioBranch.Image(bands);
            c.Sampled(name, ItemOf(name) is { } item ? images[item] : images);
        }
        c.Maybe("htsat.embedding", () => HtsatModel.Pool(map));
        c.Maybe("htsat.clipwise_output", () => model.AudioBranch.ClassLogits(map).sigmoid());
    }

    private static int? ItemOf(string output) => output.Split('.')
        .Where(part => part.StartsWith("item", StringComparison.Ordinal))
        .Select(part => (int?)int.Parse(part["item".Length..], CultureInfo.InvariantCulture)).FirstOrDefault();

    private static Tensor Text(ClapModel model, ParityFixture f, Comparison c, Tensor ids)
    {
        var mask = f.InputOrNull("attention_mask") ?? ids.ne(model.Config.Roberta.PadTokenId).to(int64);
        var hidden = model.TextBranch.call(ids, mask);
        foreach (var name in f.Outputs.Where(o => o.StartsWith("roberta.last_hidden_state", StringComparison.Ordinal)))
            c.Close(name, hidden.narrow(1, 0, f.Output(name).shape[1]));
        c.Maybe("roberta.pooler_output", () => model.TextBranch.Pool(hidden));
        var embedding = model.TextEmbedding(ids, mask);
        c.Maybe("text_embedding", () => embedding);
        return embedding;
    }

    private static IEnumerable<Tensor> Waveforms(ParityFixture f) => Enumerable.Range(0, int.MaxValue)
        .Select(i => f.InputOrNull($"waveform.{i}")).TakeWhile(w => w is not null).Select(w => w!.unsqueeze(0));

    private static MelConfig Mel(ClapConfig config, MelScale scale) => new()
    {
        SampleRate = config.AudioCfg.SampleRate,
        FftLength = config.AudioCfg.WindowSize,
        WindowLength = config.AudioCfg.WindowSize,
        HopLength = config.AudioCfg.HopSize,
        MelBins = config.AudioCfg.MelBins,
        MinFrequency = config.AudioCfg.Fmin,
        MaxFrequency = config.AudioCfg.Fmax,
        ClipSamples = config.AudioCfg.ClipSamples,
        Scale = scale,
    };
}
