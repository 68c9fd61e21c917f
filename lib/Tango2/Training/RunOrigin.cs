using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tango2.Training;

/// <summary>
/// What unfinished work belongs to, as texts by name: settings, the seed, digests of data and weights. Work of another
/// origin is never gone on with.
/// </summary>
internal static class RunOrigin
{
    private const int DigestLength = 16;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        IncludeFields = true,
    };

    /// <summary>Every property of a record of settings, by its name in camelCase.</summary>
    public static IReadOnlyDictionary<string, string> Of<T>(T settings) where T : class =>
        JsonSerializer.SerializeToElement(settings, Json).EnumerateObject()
            .ToDictionary(property => property.Name, property => property.Value.ToString());

    /// <summary>A digest of named tensors: names, shapes, types and every value.</summary>
    /// <param name="tensors">On any device.</param>
    public static string Digest(IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, tensor) in tensors)
        {
            using var scope = NewDisposeScope();
            hash.AppendData(Encoding.UTF8.GetBytes($"{name} {tensor.dtype} [{string.Join(", ", tensor.shape)}]\n"));
            const long Step = 64 << 20; // elements; a span holds fewer than 2^31 bytes
            var flat = tensor.detach().cpu().contiguous().view(-1);
            for (var start = 0L; start < flat.shape[0]; start += Step)
                hash.AppendData(flat.narrow(0, start, Math.Min(Step, flat.shape[0] - start)).bytes);
        }
        return Short(hash);
    }

    /// <summary>A digest of numbers.</summary>
    public static string Digest(ReadOnlySpan<long> numbers) =>
        Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(numbers)))[..DigestLength];

    /// <summary>A digest of the content of files, one after another.</summary>
    /// <param name="paths">Files that exist.</param>
    public static string Digest(IEnumerable<string> paths)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var path in paths) hash.AppendData(File.ReadAllBytes(path));
        return Short(hash);
    }

    /// <summary>What differs, such as "seed is 1 there, 2 here"; null if nothing does.</summary>
    /// <param name="there">The origin of what is kept.</param>
    /// <param name="here">The origin of this run.</param>
    public static string? Differences(
        IReadOnlyDictionary<string, string> there, IReadOnlyDictionary<string, string> here)
    {
        var names = here.Keys.Concat(there.Keys.Where(name => !here.ContainsKey(name)));
        string[] all = [.. names.Where(name => Value(there, name) != Value(here, name))
            .Select(name => $"{name} is {Value(there, name)} there, {Value(here, name)} here")];
        return all.Length == 0 ? null : string.Join("; ", all);
    }

    private static string Value(IReadOnlyDictionary<string, string> origin, string name) =>
        origin.TryGetValue(name, out var value) ? value : "missing";

    private static string Short(IncrementalHash hash) =>
        Convert.ToHexStringLower(hash.GetHashAndReset())[..DigestLength];
}
