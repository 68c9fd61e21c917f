// Why this is needed is told in environment.md, "The native libraries".
namespace Tango2.Tensors;

/// <summary>Sees to it that libtorch's convolutions are right on this machine.</summary>
/// <remarks>
/// On some virtual machines oneDNN 3.7.1, which libtorch 2.10 convolves with, leaves the padding of channels undefined that do
/// not fill its blocks (24 channels in blocks of 16, say): values and gradients are then wrong, often NaN, without a word.
/// </remarks>
internal static class Convolutions
{
    /// <summary>What is filled up to: with 16, too, the gradient of some strided convolutions was wrong.</summary>
    public const int WholeBlock = 32;

    private const string Nnpack = "setUserEnabledNNPACK";

    /// <summary>Channels come in multiples of this many: 1 where convolutions are right with any number, else 32.</summary>
    public static int Block { get; private set; } = 1;

    /// <summary>Whether oneDNN computes them; otherwise libtorch itself does, which is right and some times slower.</summary>
    public static bool ByOneDnn { get; private set; } = true;

    /// <summary>Tries oneDNN; where it is wrong channels are filled up, and where that does not help it is left out.</summary>
    /// <exception cref="InvalidOperationException">Convolutions are wrong whatever is tried.</exception>
    internal static void Check()
    {
        TorchContext.Set(Nnpack, false); // it complains of such machines at each call, and does nothing there
        if (AreRight())
        {
            TorchContext.Set(Nnpack, true);
            return;
        }
        Block = WholeBlock;
        if (AreRight()) return;
        (Block, ByOneDnn) = (1, false);
        TorchContext.Set("setUserEnabledMkldnn", false);
        if (!AreRight()) throw new InvalidOperationException(
            "libtorch's convolutions are wrong on this machine, with oneDNN and without it: use another libtorch.");
    }

    /// <summary>Compares small convolutions with those in double precision, which oneDNN does not compute.</summary>
    /// <remarks>All numbers are small whole ones, so that both must agree to the bit.</remarks>
    private static bool AreRight()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var channels in new[] { 12, 24, 40 })
        {
            using var inner = NewDisposeScope();
            full([1 << 18], double.NaN, device: CPU).Dispose(); // freed memory that is used again must not happen to be zero
            var x = (arange(2 * channels * 6 * 5, int64, CPU) % 7 - 3).reshape(2, channels, 6, 5);
            var weights = (arange(8 * channels * 3 * 3, int64, CPU) % 5 - 2).reshape(8, channels, 3, 3);
            var single = Convolve.Conv2d(x.to(float32), weights.to(float32), padding: (1, 1));
            var exact = nn.functional.conv2d(x.to(float64), weights.to(float64), padding: [1, 1]);
            if (!(single.to(float64) == exact).all().item<bool>()) return false;
        }
        return true;
    }
}
