using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using Tango2.Tensors;

namespace Tango2.Tests.Tensors;

public class NativeRuntimeTests
{
    private delegate double Reader(nint number);

    // A collection frees thousands at once, and the newest, which a call may be reading, among the first.
    [Fact]
    public void A_number_can_still_be_read_when_it_and_thousands_after_it_were_let_go_of()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64,
            "on this system numbers are freed at once, as TorchSharp has it");
        Assert.True(FreedNumbers.Deferred);
        var library = NativeLibrary.Load("LibTorchSharp", typeof(torch).Assembly, null);
        var read = Marshal.GetDelegateForFunctionPointer<Reader>(NativeLibrary.GetExport(library, "THSTorch_scalar_to_float64"));
        var handle = typeof(Scalar).GetProperty("Handle", BindingFlags.NonPublic | BindingFlags.Instance)!;
        for (var attempt = 0; attempt < 20; attempt++)
        {
            Scalar[] numbers = [.. Enumerable.Range(0, 10_000).Select(n => (n + 0.5).ToScalar())];
            var newest = (nint)handle.GetValue(numbers[^1])!;
            var clock = Stopwatch.StartNew();
            foreach (var number in numbers.Reverse()) number.Dispose();
            if (clock.ElapsedMilliseconds > 50) continue; // a busy machine: it may be freed by now
            Assert.Equal(9_999.5, read(newest));
            return;
        }
        Assert.Fail("the machine is too busy: 10,000 numbers were never let go of within 50 ms");
    }

    [Fact]
    public void A_tensor_can_be_made_and_added()
    {
        using var sum = ones(2, 3) + 1;
        Assert.Equal(12, sum.sum().item<float>());
    }

    [Fact]
    public void Group_norm_starts_as_the_identity_on_normalised_input()
    {
        using var norm = Layers.GroupNorm(4, 8);
        Assert.All(norm.weight!.data<float>(), w => Assert.Equal(1f, w));
        Assert.All(norm.bias!.data<float>(), b => Assert.Equal(0f, b));
    }

    [Fact]
    public void Other_bytes_than_elf_are_refused()
    {
        var error = Assert.Throws<InvalidDataException>(() => ElfVersions.MarkWeak(new byte[100], "X"));
        Assert.Contains("Expected a 64-bit little-endian ELF library", error.Message);
    }
}

public class SeedsTests
{
    [Fact]
    public void Same_name_gives_the_same_numbers_and_another_name_others()
    {
        var a = randn([8], generator: Seeds.Generator(1, "a")).data<float>().ToArray();
        Assert.Equal(a, randn([8], generator: Seeds.Generator(1, "a")).data<float>().ToArray());
        Assert.NotEqual(a, randn([8], generator: Seeds.Generator(1, "b")).data<float>().ToArray());
    }
}

public class ShapeTests
{
    [Fact]
    public void A_letter_keeps_its_size_through_the_chain()
    {
        using var latents = zeros(2, 8, 16, 4);
        using var noise = zeros(1, 8, 16, 4);
        var error = Assert.Throws<ArgumentException>(() => Shape.Check(latents, "B, C, T, F").And(noise, "B, C, T, F"));
        Assert.Equal("noise must be [B, C, T, F], but is [1, 8, 16, 4]: B is 2 in latents.", error.Message);
    }
}
