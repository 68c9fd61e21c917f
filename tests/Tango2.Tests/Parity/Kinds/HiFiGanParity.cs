using System.Buffers.Binary;
using Tango2.Audio;

namespace Tango2.Tests.Parity;

/// <summary>The vocoder with weight normalisation, after removing it, and as its checkpoints come without.</summary>
internal static class HiFiGanParity
{
    private const string Normed = "weight_norm.", Mid = "mid.";

    public static void Run(ParityFixture f, Comparison c)
    {
        using var gradients = no_grad();
        var mel = f.Input("mel");
        var plain = f.Weights().Where(w => !w.Key.StartsWith(Normed, StringComparison.Ordinal)).ToDictionary();
        var normed = f.Weights(Normed);
        var model = normed.Count > 0
            ? Networks.HiFiGan(f.Config, normed, weightNorm: true) : Networks.HiFiGan(f.Config, plain);
        var seen = Taps.On(model, f.Outputs.Where(o => o.StartsWith(Mid, StringComparison.Ordinal)).Select(o => o[Mid.Length..]));
        var waveform = model.call(mel);
        c.Maybe("waveform", () => waveform);
        foreach (var (stage, output) in seen) c.Close(Mid + stage, output);
        if (normed.Count > 0 && plain.Count > 0)
        {
            model.RemoveWeightNorm();
            model.RemoveWeightNorm(); // twice is safe
            var removed = model.state_dict();
            c.That(removed.Keys.Order().SequenceEqual(plain.Keys.Order()), "removing weight norm leaves other keys");
            foreach (var (key, value) in removed) c.Beside(key, plain[key], value, new(1e-6, 1e-6));
            c.Beside("waveform after removing weight norm", f.Output("waveform"), model.call(mel), f.Tolerances.For("output.waveform"));
        }
        if (plain.Count == 0) return;
        var checkpoint = Networks.HiFiGan(f.Config, plain);
        c.Maybe("waveform_after_removal", () => checkpoint.call(mel));
        c.Maybe("waveform_int16", () => Pcm(checkpoint.call(mel).squeeze(1)));
    }

    /// <summary>What a file of each row's samples holds: [B, N], int16.</summary>
    public static Tensor Pcm(Tensor waveforms)
    {
        var (rows, length) = ((int)waveforms.shape[0], (int)waveforms.shape[1]);
        var numbers = new short[rows, length];
        for (var row = 0; row < rows; row++)
        {
            var data = Wav.Encode(Waveform.FromTensor(waveforms[row], 16_000)).AsSpan()[^(2 * length)..];
            for (var i = 0; i < length; i++) numbers[row, i] = BinaryPrimitives.ReadInt16LittleEndian(data[(2 * i)..]);
        }
        return tensor(numbers);
    }
}
