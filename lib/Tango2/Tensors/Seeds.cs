using System.Security.Cryptography;
using System.Text;

namespace Tango2.Tensors;

/// <summary>Derives independent seeds from one: every random part of a run has a name, and so its own numbers.</summary>
public static class Seeds
{
    /// <summary>A seed for part <paramref name="name"/> of a run with <paramref name="seed"/>; in [0, 2^63).</summary>
    public static long Derive(long seed, string name, long index = 0)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}/{name}/{index}"));
        return BitConverter.ToInt64(digest) & long.MaxValue;
    }

    /// <summary>A generator of tensors' random numbers for part <paramref name="name"/> of a run.</summary>
    public static Generator Generator(long seed, string name, long index = 0, Device? device = null)
    {
        var generator = new Generator((ulong)Derive(seed, name, index), device ?? CPU);
        generator.manual_seed(Derive(seed, name, index));
        return generator;
    }

    /// <summary>A managed random number generator for part <paramref name="name"/> of a run.</summary>
    public static Random Random(long seed, string name, long index = 0) =>
        new(unchecked((int)Derive(seed, name, index)));
}
