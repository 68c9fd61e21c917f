using System.Reflection;
using Mono.Cecil;

namespace Tango2.Tests.Architecture;

/// <summary>
/// Where code chooses a device: it makes one from a name, asks for CUDA or moves a tensor there. Following the device
/// of a tensor, and computing on the CPU where the result must be exact, choose none.
/// </summary>
internal static class DeviceChoice
{
    /// <summary>"Type.Method: call" for each choice in an assembly.</summary>
    public static IReadOnlyList<string> Of(Assembly assembly)
    {
        using var module = ModuleDefinition.ReadModule(assembly.Location);
        return [.. module.GetTypes().SelectMany(t => t.Methods).Where(m => m.HasBody).SelectMany(
            method => method.Body.Instructions.Select(i => i.Operand).OfType<MethodReference>().Where(Chooses)
                .Select(call =>
                    $"{Outer(method.DeclaringType).FullName}.{method.Name}: {call.DeclaringType.Name}.{call.Name}"))
            .Distinct().Order(StringComparer.Ordinal)];
    }

    private static bool Chooses(MethodReference call) => call.DeclaringType.FullName switch
    {
        "TorchSharp.torch/Device" => call.Name is ".ctor" or "op_Implicit",
        "TorchSharp.torch/cuda" => true,
        "TorchSharp.torch" =>
            call.Name is "device" or "get_CUDA" or "get_MPS" or "InitializeDeviceType" or "TryInitializeDeviceType",
        var type when type.StartsWith("TorchSharp.", StringComparison.Ordinal) =>
            call.Name is "cuda" or "mps" ||
            call.Name is "to" or "_to" && call.Parameters.Any(p => p.ParameterType.Name == "DeviceType"),
        _ => false,
    };

    private static TypeDefinition Outer(TypeDefinition type) => type.DeclaringType is { } outer ? Outer(outer) : type;
}
