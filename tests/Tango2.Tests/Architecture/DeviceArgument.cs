using System.Reflection;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Tango2.Tests.Architecture;

/// <summary>
/// Where code makes a tensor without saying on which device: torch then takes the CPU, and what computes on a GPU fails. A
/// source check, since machines without a GPU cannot find out by running.
/// </summary>
/// <remarks>
/// Seen are torch's own factories: whatever is static in <c>torch</c>, has a parameter of type Device and gives a tensor.
/// Layers are not: a network is built on the CPU and moved as a whole. The mini lab is not asked: it trains on the CPU.
/// </remarks>
internal static class DeviceArgument
{
    /// <summary>"Type.Method: factory" for each call in an assembly that leaves the device out.</summary>
    public static IReadOnlyList<string> LeftOut(Assembly assembly)
    {
        using var module = ModuleDefinition.ReadModule(assembly.Location);
        return [.. module.GetTypes().SelectMany(t => t.Methods).Where(m => m.HasBody).SelectMany(
            method => method.Body.Instructions.Where(LeavesOut).Select(call =>
                $"{Outer(method.DeclaringType).FullName}.{method.Name}: {((MethodReference)call.Operand).Name}"))
            .Order(StringComparer.Ordinal)];
    }

    private static bool LeavesOut(Instruction call)
    {
        if (call.Operand is not MethodReference { HasThis: false } factory) return false;
        if (factory.DeclaringType.FullName != "TorchSharp.torch" || factory.ReturnType.Name != "Tensor") return false;
        if (factory.Name.EndsWith("_like", StringComparison.Ordinal)) return false; // the device of what it is like
        var place = factory.Parameters.Index().Where(p => p.Item.ParameterType.FullName == "TorchSharp.torch/Device")
            .Select(p => (int?)p.Index).FirstOrDefault();
        if (place is null) return false;
        // Arguments are pushed in order, so that of the last parameter ends right before the call.
        var end = call.Previous;
        for (var after = factory.Parameters.Count - 1; after > place; after--) end = Begin(end).Previous;
        return end.OpCode == OpCodes.Ldnull;
    }

    /// <summary>The first instruction of the argument that ends with one: a value, or a member of a value, or a Nullable's default.</summary>
    private static Instruction Begin(Instruction end) => end switch
    {
        { OpCode.Code: Code.Ldfld } => Begin(end.Previous),
        { OpCode.Code: Code.Newobj, Operand: MethodReference { Parameters.Count: 1 } } => Begin(end.Previous),
        { OpCode.Code: Code.Call or Code.Callvirt, Operand: MethodReference { HasThis: true, Parameters.Count: 0 } } => Begin(end.Previous),
        { OpCode.Code: Code.Call, Operand: MethodReference { HasThis: false, Parameters.Count: 1 } } => Begin(end.Previous),
        { OpCode.Code: Code.Call, Operand: MethodReference { HasThis: false, Parameters.Count: 0 } } => end,
        { Previous.OpCode.Code: Code.Initobj } => end.Previous.Previous,
        { OpCode.Code: Code.Pop or Code.Br or Code.Br_S } => throw new NotSupportedException($"The argument that ends at {end} is not understood."),
        _ => end,
    };

    private static TypeDefinition Outer(TypeDefinition type) => type.DeclaringType is { } outer ? Outer(outer) : type;
}
