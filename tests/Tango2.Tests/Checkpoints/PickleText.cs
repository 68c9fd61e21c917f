using System.Globalization;
using System.Text;

namespace Tango2.Tests.Checkpoints;

/// <summary>Parts of pickles, protocol 2, for what TorchFile cannot write.</summary>
internal static class PickleText
{
    public static byte[] Whole(byte[] value) => [0x80, 2, .. value, (byte)'.'];

    public static byte[] Global(string module, string name) => Encoding.ASCII.GetBytes($"c{module}\n{name}\n");

    public static byte[] Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return [(byte)'X', .. BitConverter.GetBytes(bytes.Length), .. bytes];
    }

    public static byte[] Number(long number) => [0x8a, 8, .. BitConverter.GetBytes(number)];

    public static byte[] Tuple(params byte[][] parts) => [(byte)'(', .. parts.SelectMany(p => p), (byte)'t'];

    public static byte[] Dictionary(params (string Key, byte[] Value)[] items) =>
        [.. "}("u8, .. items.SelectMany(i => (byte[])[.. Text(i.Key), .. i.Value]), (byte)'u'];

    /// <summary>What a name makes of arguments.</summary>
    public static byte[] Made(byte[] global, params byte[][] arguments) => [.. global, .. Tuple(arguments), (byte)'R'];

    public static byte[] Storage(int key, string module, string type, long count, bool legacy = false) =>
    [
        .. Tuple([Text("storage"), Global(module, type), Text(key.ToString(CultureInfo.InvariantCulture)), Text("cpu"),
            Number(count), .. legacy ? [[(byte)'N']] : Array.Empty<byte[]>()]), (byte)'Q',
    ];

    /// <summary>All of a storage, as a vector.</summary>
    public static byte[] Vector(byte[] storage, long count, string rebuild = "_rebuild_tensor_v2", byte[]? dtype = null) => Made(
        Global("torch._utils", rebuild),
        [storage, Number(0), Tuple(Number(count)), Tuple(Number(1)), [0x89], [.. Global("collections", "OrderedDict"), .. ")R"u8],
            .. dtype is null ? Array.Empty<byte[]>() : [dtype]]);
}
