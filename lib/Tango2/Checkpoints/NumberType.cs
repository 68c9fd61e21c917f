namespace Tango2.Checkpoints;

/// <summary>The type of a tensor's numbers in a file; of some types only the name is known.</summary>
/// <param name="Name">As messages show it: this library's name, or the file's where a tensor of it cannot be loaded.</param>
/// <param name="Loads">The type that a tensor of it is read as; null if it cannot be loaded.</param>
/// <param name="Bits">Bits of one number; null if unknown, so that a file's sizes cannot be checked.</param>
internal sealed record NumberType(string Name, ScalarType? Loads, int? Bits)
{
    private static readonly Dictionary<string, NumberType> SafeTensors = new()
    {
        ["BOOL"] = Of(ScalarType.Bool),
        ["U8"] = Of(ScalarType.Byte),
        ["I8"] = Of(ScalarType.Int8),
        ["I16"] = Of(ScalarType.Int16),
        ["I32"] = Of(ScalarType.Int32),
        ["I64"] = Of(ScalarType.Int64),
        ["F16"] = Of(ScalarType.Float16),
        ["BF16"] = Of(ScalarType.BFloat16),
        ["F32"] = Of(ScalarType.Float32),
        ["F64"] = Of(ScalarType.Float64),
    };

    private static readonly Dictionary<string, NumberType> Torch = new()
    {
        ["torch.FloatStorage"] = Of(ScalarType.Float32),
        ["torch.DoubleStorage"] = Of(ScalarType.Float64),
        ["torch.HalfStorage"] = Of(ScalarType.Float16),
        ["torch.BFloat16Storage"] = Of(ScalarType.BFloat16),
        ["torch.LongStorage"] = Of(ScalarType.Int64),
        ["torch.IntStorage"] = Of(ScalarType.Int32),
        ["torch.ShortStorage"] = Of(ScalarType.Int16),
        ["torch.CharStorage"] = Of(ScalarType.Int8),
        ["torch.ByteStorage"] = Of(ScalarType.Byte),
        ["torch.BoolStorage"] = Of(ScalarType.Bool),
        ["torch.UntypedStorage"] = Of(ScalarType.Byte),
        ["torch.storage.UntypedStorage"] = Of(ScalarType.Byte),
        ["torch.float32"] = Of(ScalarType.Float32),
        ["torch.float64"] = Of(ScalarType.Float64),
        ["torch.float16"] = Of(ScalarType.Float16),
        ["torch.bfloat16"] = Of(ScalarType.BFloat16),
        ["torch.int64"] = Of(ScalarType.Int64),
        ["torch.int32"] = Of(ScalarType.Int32),
        ["torch.int16"] = Of(ScalarType.Int16),
        ["torch.int8"] = Of(ScalarType.Int8),
        ["torch.uint8"] = Of(ScalarType.Byte),
        ["torch.bool"] = Of(ScalarType.Bool),
    };

    // Types that the formats define and libtorch has no tensors of here, or no network has a use for.
    private static readonly Dictionary<string, int> UnloadableBits = new()
    {
        ["F4"] = 4,
        ["F6_E2M3"] = 6,
        ["F6_E3M2"] = 6,
        ["F8_E4M3"] = 8,
        ["F8_E5M2"] = 8,
        ["F8_E8M0"] = 8,
        ["F8_E4M3FNUZ"] = 8,
        ["F8_E5M2FNUZ"] = 8,
        ["U16"] = 16,
        ["U32"] = 32,
        ["U64"] = 64,
        ["C64"] = 64,
        ["ComplexFloatStorage"] = 64,
        ["ComplexDoubleStorage"] = 128,
        ["QInt8Storage"] = 8,
        ["QUInt8Storage"] = 8,
        ["QInt32Storage"] = 32,
        ["float8_e4m3fn"] = 8,
        ["float8_e5m2"] = 8,
        ["float8_e4m3fnuz"] = 8,
        ["float8_e5m2fnuz"] = 8,
        ["float8_e8m0fnu"] = 8,
        ["uint16"] = 16,
        ["uint32"] = 32,
        ["uint64"] = 64,
        ["complex32"] = 32,
        ["complex64"] = 64,
        ["complex128"] = 128,
    };

    /// <summary>Whether numbers of it are real numbers that a network's floating-point weights can be filled with.</summary>
    internal bool IsFloat =>
        Loads is ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Float32 or ScalarType.Float64;

    /// <summary>Bytes of one number of a type that can be loaded.</summary>
    internal int Bytes => (Bits ?? throw new InvalidOperationException($"The size of {Name} is unknown.")) / 8;

    /// <summary>The type of a tensor in memory; of no use to a file if it cannot be loaded.</summary>
    internal static NumberType Of(ScalarType type) => new(type.ToString(), type, type switch
    {
        ScalarType.Bool or ScalarType.Byte or ScalarType.Int8 => 8,
        ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 16,
        ScalarType.Int32 or ScalarType.Float32 => 32,
        ScalarType.Int64 or ScalarType.Float64 => 64,
        _ => null,
    });

    /// <summary>The type of a safetensors header's dtype.</summary>
    internal static NumberType OfSafeTensors(string dtype) => SafeTensors.GetValueOrDefault(dtype) ?? Unloadable(dtype);

    /// <summary>The type of a PyTorch storage or dtype, such as <c>torch.FloatStorage</c> or <c>torch.float32</c>.</summary>
    internal static NumberType OfTorch(string name) =>
        Torch.GetValueOrDefault(name) ?? Unloadable(name.StartsWith("torch.", StringComparison.Ordinal) ? name[6..] : name);

    private static NumberType Unloadable(string name) =>
        new(name, null, UnloadableBits.TryGetValue(name, out var bits) ? bits : null);
}
