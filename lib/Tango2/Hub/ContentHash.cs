using System.Security.Cryptography;
using System.Text;

namespace Tango2.Hub;

/// <summary>What a file's bytes must hash to.</summary>
/// <param name="Kind">What messages call it.</param>
/// <param name="Algorithm">How it is computed.</param>
/// <param name="Digits">Hexadecimal, in small letters; the hash's first ones, if they are fewer than it has.</param>
internal sealed record ContentHash(string Kind, HashAlgorithmName Algorithm, string Digits)
{
    private const string Git = "git blob id";

    /// <summary>SHA-256, or its first digits, as in the names of torch.hub's files.</summary>
    public static ContentHash Sha256(string digits) => new("SHA-256", HashAlgorithmName.SHA256, digits);

    /// <summary>MD5: no guard against malice, but against a broken copy.</summary>
    public static ContentHash Md5(string digits) => new("MD5", HashAlgorithmName.MD5, digits);

    /// <summary>Of a hub's ETag: the SHA-256 of a large file, or git's id of a small one.</summary>
    /// <returns>Null if the ETag is neither, so that nothing can be checked by it.</returns>
    public static ContentHash? OfETag(string? tag)
    {
        if (tag is null) return null;
        var digits = (tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag).Trim('"');
        if (!digits.All(char.IsAsciiHexDigitLower)) return null;
        return digits.Length switch
        {
            64 => Sha256(digits),
            40 => new(Git, HashAlgorithmName.SHA1, digits),
            _ => null,
        };
    }

    /// <summary>What a file hashes to, as many digits as are known.</summary>
    public async Task<string> Of(string path, CancellationToken cancellation)
    {
        await using var stream = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 20, FileOptions.SequentialScan);
        using var hash = IncrementalHash.CreateHash(Algorithm);
        if (Kind == Git) hash.AppendData(Encoding.ASCII.GetBytes(FormattableString.Invariant($"blob {stream.Length}\0")));
        var buffer = new byte[1 << 20];
        while (await stream.ReadAsync(buffer, cancellation) is var count and > 0) hash.AppendData(buffer, 0, count);
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..Digits.Length];
    }
}
