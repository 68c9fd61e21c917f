using Tango2.Checkpoints;
using Tango2.Display;
using Tango2.Models;

namespace Tango2.Published;

/// <summary>The weights that the authors published, if the reader has them; nothing here downloads them.</summary>
public static class PublishedWeights
{
    /// <summary>Name of the environment variable with the folder of a copy of declare-lab/tango2.</summary>
    public const string Variable = "TANGO2_PUBLISHED";

    private const string MainFile = "pytorch_model_main.bin", Prefix = "unet.";

    /// <summary>Loads the published U-Net strictly and says so; or says what is missing, without failing.</summary>
    /// <param name="folder">The copy; null takes the folder of <see cref="Variable"/>.</param>
    /// <exception cref="InvalidDataException">The file is there but does not fit; all keys that differ are listed.</exception>
    public static Note Check(string? folder = null)
    {
        folder ??= Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(folder))
            return new($"Skipped: {Variable} names no folder with the published weights.");
        var path = Path.Combine(folder, MainFile);
        if (!File.Exists(path)) return new($"Skipped: there is no {path}.");
        using var network = new UNet2DConditionModel(UNet2DConditionConfig.Tango2);
        StateDict.Load(network, path, Prefix);
        var count = network.parameters().Sum(p => p.numel());
        return new(FormattableString.Invariant($"Every key of the published U-Net fits: {count:#,0} weights."));
    }
}
