using System.Text.Json.Nodes;

namespace Tango2.Tests.Parity;

/// <summary>Every entry of a manifest of golden figures, built and run from its own configuration.</summary>
[Trait("Category", "Parity")]
public sealed class ParityTests(ParityTally tally) : IClassFixture<ParityTally>
{
    public static TheoryData<int, string, string> Entries
    {
        get
        {
            var data = new TheoryData<int, string, string>();
            foreach (var (fixture, index) in ParityFixture.All(ParityFixture.Root).Select((f, i) => (f, i)))
                data.Add(index, fixture.Kind, fixture.Name);
            return data;
        }
    }

    [Theory, MemberData(nameof(Entries))]
    public void The_library_agrees_with_the_reference(int index, string kind, string name)
    {
        using var scope = NewDisposeScope();
        var fixture = ParityFixture.All(ParityFixture.Root)[index];
        Assert.Equal((kind, name), (fixture.Kind, fixture.Name));
        if (fixture.HasTensors) Assert.NotEmpty(fixture.Tensors); // read here, in the scope of the whole test
        var comparison = new Comparison(fixture);
        ParityKinds.Run(fixture, comparison);
        TestContext.Current.TestOutputHelper?.WriteLine(comparison.Finish());
        tally.Add(fixture, comparison);
    }

    [Fact]
    public void A_kind_that_is_not_known_is_named()
    {
        using var folder = new Folder("""{"name": "new", "kind": "wavelets", "file": "new.safetensors"}""");
        var fixture = ParityFixture.All(folder.Path)[0];
        var error = Assert.Throws<InvalidDataException>(() => ParityKinds.Run(fixture, new(fixture)));
        Assert.StartsWith("'new' is of kind 'wavelets', which has no parity test; known are audioldm_vae, ", error.Message);
    }

    [Fact]
    public void A_result_that_nobody_compares_or_that_differs_is_named()
    {
        using var scope = NewDisposeScope();
        using var folder = new Folder("""{"name": "a", "kind": "metrics", "file": "a.safetensors", "config": {}}""");
        Tango2.Checkpoints.SafeTensors.Write(Path.Combine(folder.Path, "a.safetensors"), new Dictionary<string, Tensor>
        {
            ["output.left"] = ones(2),
            ["output.right"] = ones(2),
            ["output.known"] = ones(2),
            ["output.nan"] = full(2, float.NaN),
        });
        var comparison = new Comparison(ParityFixture.All(folder.Path)[0]);
        comparison.Close("right", full(2, 1.5f));
        comparison.Close("nan", tensor(new[] { float.NaN, 1 }));
        comparison.NotComparable("known", "it is a test");
        var error = Assert.ThrowsAny<Exception>(() => comparison.Finish());
        Assert.Contains("left was not compared", error.Message, StringComparison.Ordinal);
        Assert.Contains("right [2]: 5.0e-1 absolute, 5.0e-1 relative, 4166.667 of the tolerance (atol 2.0e-5, rtol 1.0e-4): 2 of 2 values differ",
            error.Message, StringComparison.Ordinal);
        Assert.Contains("1 of 2 values differ", error.Message, StringComparison.Ordinal); // of the NaN
        Assert.DoesNotContain("known was not compared", error.Message, StringComparison.Ordinal);
    }

    [Fact] // trial 23: "1.0e+0 absolute, 1 of the tolerance" of HiFi-GAN was a step of 16-bit samples
    public void Steps_of_samples_are_told_apart_from_differences_of_numbers()
    {
        using var scope = NewDisposeScope();
        using var folder = new Folder(
            """
            {"name": "a", "kind": "hifigan", "file": "a.safetensors", "config": {},
             "suggested_tolerance": {"default": {"atol": 0.5}, "output.waveform_int16": {"atol": 2}}}
            """);
        Tango2.Checkpoints.SafeTensors.Write(Path.Combine(folder.Path, "a.safetensors"), new Dictionary<string, Tensor>
        {
            ["output.waveform"] = full(2, 4f),
            ["output.waveform_int16"] = full(2, 4, int16),
        });
        var comparison = new Comparison(ParityFixture.All(folder.Path)[0]);
        comparison.Close("waveform", full(2, 4.25f));
        comparison.Close("waveform_int16", full(2, 5, int16));
        Assert.Equal(new Deviation(0.25, 0.0625, 0.5), comparison.Worst);
        Assert.Contains(
            "worst 2.5e-1 absolute, 6.3e-2 relative, 0.5 of the tolerance; " +
            "16-bit samples: 1 of their 65,536 steps, 0.5 of the tolerance\n", comparison.Finish(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("output.mid.conv", 5e-5)]
    [InlineData("output.dpo.grad.model_pred", 0.05)]
    [InlineData("output.dpo.model_pred", 3e-5)]
    [InlineData("output.dpo.model_losses", 0.005)]
    [InlineData("output.n4_singular.fad", 0.04)]
    [InlineData("output.n4.fad", 1e-6)]
    [InlineData("output.train.sft.lr1.delta.a", 7e-5)]
    [InlineData("output.log_every16", 0.003)]
    public void The_most_particular_tolerance_of_the_manifest_is_taken(string output, double atol)
    {
        var tolerances = new Tolerances(JsonNode.Parse(
            """
            {"default": {"atol": 5e-05, "rtol": 1e-4}, "output.*.model_pred, target": {"atol": 3e-05},
             "output.dpo.grad.*": {"atol": 0.05}, "output.*.loss / losses": {"atol": 0.005}, "fad": {"atol": 1e-6},
             "fad_singular": {"atol": 0.04}, "output.log_every8": {"atol": 0.003}, "output.train.sft.*.param.*": {"atol": 7e-5}, "why": "it is a test"}
            """));
        Assert.Equal(atol, tolerances.For(output).Atol);
    }

    [Fact]
    public void Numbers_that_JSON_does_not_know_are_read_as_null()
    {
        var json = LooseJson.Parse("""{"a": -Infinity, "b": [NaN, 1], "c": "NaN \" Infinity"}""");
        Assert.Equal("""{"a":null,"b":[null,1],"c":"NaN \u0022 Infinity"}""", json.ToJsonString());
    }

    /// <summary>A folder with a manifest of one entry, for as long as the test lasts.</summary>
    private sealed class Folder : IDisposable
    {
        public Folder(string entry)
        {
            Path = Directory.CreateTempSubdirectory("parity").FullName;
            File.WriteAllText(System.IO.Path.Combine(Path, "manifest.json"), $$"""{"fixtures": [{{entry}}]}""");
        }

        public string Path { get; }

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
