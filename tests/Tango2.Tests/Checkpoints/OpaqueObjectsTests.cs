using Tango2.Checkpoints;
using Tango2.Cli;
using Tango2.Cli.Verbs;

namespace Tango2.Tests.Checkpoints;

/// <summary>What stands beside the weights is passed over, whatever it is; cases: ckpt/argparse_namespace.ckpt.</summary>
public sealed class OpaqueObjectsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <summary>
    /// Pickles of Python 3, protocols 2 and 4: {'first': an object, 'state_dict': {'w': x}, 'last': [the object]}. Classes
    /// of packages that are not Python's own were made with their names and their way of pickling.
    /// </summary>
    private static Dictionary<string, byte[]> Pickles { get; } = File.ReadLines(Beside("OpaqueObjects.tsv"))
        .Select(l => l.Split('\t')).ToDictionary(l => l[0], l => Convert.FromBase64String(l[1]));

    public static TheoryData<string> Objects => [.. Pickles.Keys];

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Objects))]
    public void Weights_load_beside_an_object_of_any_class(string name)
    {
        using var scope = NewDisposeScope();
        Write(Pickles[name]);
        var read = TorchFile.Read(_folder["a.ckpt"]);
        Assert.Equal(["state_dict.w"], read.Keys);
        Assert.Equal([2L, 2], read["state_dict.w"].shape);
        Assert.Equal([1f, -2, 3.5f, 4], read["state_dict.w"].data<float>().ToArray());
    }

    [Theory]
    [InlineData("argparse Namespace 2", "argparse.Namespace", "pathlib.PurePosixPath")]
    [InlineData("argparse Namespace 4", "argparse.Namespace", "pathlib.PurePosixPath")]
    [InlineData("extension 4", "extension 70000", null)]
    [InlineData("omegaconf DictConfig 2", "omegaconf.dictconfig.DictConfig", "omegaconf.listconfig.ListConfig")]
    public void Their_classes_are_told(string name, string passedOver, string? another)
    {
        Write(Pickles[name]);
        using var reader = CheckpointReader.Open(_folder["a.ckpt"]);
        Assert.Contains(passedOver, reader.PassedOver);
        if (another is not null) Assert.Contains(another, reader.PassedOver);
        var output = new StringWriter();
        InspectVerb.Print(_folder["a.ckpt"], output);
        Assert.Matches($@"Objects beside tensors, passed over and never run: .*{passedOver}", output.ToString());
    }

    [Fact]
    public void A_file_without_such_objects_says_nothing_of_them()
    {
        using var scope = NewDisposeScope();
        TorchFile.Write(_folder["a.ckpt"], new Dictionary<string, object?> { ["a"] = ones(1), ["b"] = "text" });
        var output = new StringWriter();
        InspectVerb.Print(_folder["a.ckpt"], output);
        Assert.DoesNotContain("passed over", output.ToString());
    }

    [Fact]
    public void The_old_layout_passes_them_over_too()
    {
        using var scope = NewDisposeScope();
        byte[] file = [.. PickleText.Whole([0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]),
            .. PickleText.Whole(PickleText.Number(1001)), .. PickleText.Whole(PickleText.Dictionary(("little_endian", [0x88]))),
            .. Pickles["argparse Namespace 2"], .. PickleText.Whole([.. "]"u8, .. PickleText.Text("0"), (byte)'a']),
            .. BitConverter.GetBytes(4L), .. Numbers];
        File.WriteAllBytes(_folder["a.ckpt"], file);
        Assert.Equal([1f, -2, 3.5f, 4], TorchFile.Read(_folder["a.ckpt"])["state_dict.w"].data<float>().ToArray());
    }

    // A class of its own may be a dictionary or a list, so what is put into it is found; what it was made from is not.
    [Fact]
    public void Weights_in_a_dictionary_or_a_list_of_an_unknown_class_are_found()
    {
        using var scope = NewDisposeScope();
        byte[] made = [.. PickleText.Global("project", "Attributes"), .. ")"u8, 0x81];
        Write(PickleText.Whole([.. made, .. "("u8, .. PickleText.Text("w"), .. Weights, .. PickleText.Text("list"),
            .. made, .. "("u8, .. Weights, .. "Ne"u8, .. "u}b"u8]));
        var read = TorchFile.Read(_folder["a.ckpt"]);
        Assert.Equal(["list.0", "w"], read.Keys.Order());
        Assert.Equal([1f, -2, 3.5f, 4], read["list.0"].data<float>().ToArray());
    }

    [Fact]
    public void A_key_that_is_no_name_is_replaced_by_its_place()
    {
        using var scope = NewDisposeScope();
        byte[] member = [.. PickleText.Global("project", "Colour"), .. "K"u8, 1, 0x85, (byte)'R'];
        Write(PickleText.Whole([.. "}("u8, .. PickleText.Text("a"), .. Weights, .. member, .. Weights, .. "N"u8, .. Weights, (byte)'u']));
        Assert.Equal(["#1", "#2", "a"], TorchFile.Read(_folder["a.ckpt"]).Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_tensor_with_attributes_is_a_tensor()
    {
        using var scope = NewDisposeScope();
        var view = Weights.AsSpan()[PickleText.Global("torch._utils", "_rebuild_tensor_v2").Length..^1].ToArray();
        Write(PickleText.Whole(PickleText.Dictionary(("w", PickleText.Made(PickleText.Global("torch._tensor", "_rebuild_from_type_v2"),
            PickleText.Global("torch._utils", "_rebuild_tensor_v2"), PickleText.Global("torch.nn.parameter", "Parameter"),
            view, "}"u8.ToArray())))));
        Assert.Equal([1f, -2, 3.5f, 4], TorchFile.Read(_folder["a.ckpt"])["w"].data<float>().ToArray());
    }

    [Fact]
    public void A_module_that_was_saved_whole_is_refused_with_what_to_do()
    {
        Write(PickleText.Whole([.. PickleText.Global("project.models", "Net"), .. ")"u8, 0x81, .. "}b"u8]));
        Assert.Equal($"{_folder["a.ckpt"]}: expected a dictionary of tensors at the top, found an object of 'project.models.Net', " +
            "which was saved whole; save its state_dict() where it was made.",
            Assert.Throws<InvalidDataException>(() => TorchFile.Read(_folder["a.ckpt"])).Message);
    }

    [Theory]
    [InlineData("posix", "system")]
    [InlineData("nt", "system")]
    [InlineData("os", "system")]
    [InlineData("os", "path.join")]
    [InlineData("subprocess", "Popen")]
    [InlineData("builtins", "eval")]
    [InlineData("__builtin__", "exec")]
    [InlineData("builtins", "__import__")]
    [InlineData("builtins", "open")]
    [InlineData("runpy", "run_path")]
    [InlineData("importlib", "import_module")]
    [InlineData("shutil", "rmtree")]
    [InlineData("socket", "create_connection")]
    [InlineData("pty", "spawn")]
    [InlineData("sys", "exit")]
    [InlineData("torch", "load")]
    [InlineData("torch.hub", "load")]
    [InlineData("pickle", "loads")]
    [InlineData("code", "InteractiveInterpreter")]
    public async Task A_name_that_only_an_attack_needs_is_refused_in_every_form(string module, string name)
    {
        byte[] argument = PickleText.Text("echo");
        byte[] global = PickleText.Global(module, name);
        byte[] byStack = [.. PickleText.Text(module), .. PickleText.Text(name), 0x93];
        byte[] byInstance = [.. "("u8, .. argument, .. "i"u8, .. global[1..]];
        foreach (var form in new byte[][]
        {
            [.. global, .. argument, 0x85, (byte)'R'], [.. byStack, .. argument, 0x85, (byte)'R'],
            [.. global, .. argument, 0x85, 0x81], byInstance, global,
        })
        {
            Write(PickleText.Whole(PickleText.Dictionary(("w", Weights), ("x", form))));
            var errors = new StringWriter();
            Assert.Equal(2, await Program.Run(["inspect", _folder["a.ckpt"]], errors));
            Assert.Contains($"the file refers to '{module}.{name}', which no checkpoint of weights needs; it is refused and was not run",
                errors.ToString());
        }
    }

    // A checkpoint's own code may be in a package of such a name.
    [Theory]
    [InlineData("code.models", "Config")]
    [InlineData("profile", "Settings")]
    [InlineData("builtins", "getattr")]
    [InlineData("osmodel", "Config")]
    public void A_name_that_only_resembles_one_is_not_refused(string module, string name)
    {
        using var scope = NewDisposeScope();
        Write(PickleText.Whole(PickleText.Dictionary(("x", PickleText.Made(PickleText.Global(module, name))), ("w", Weights))));
        Assert.Equal(["w"], TorchFile.Read(_folder["a.ckpt"]).Keys);
    }

    /// <summary>The tensor [1, −2, 3.5, 4].</summary>
    private static byte[] Weights => PickleText.Vector(PickleText.Storage(0, "torch", "FloatStorage", 4), 4);

    private static byte[] Numbers => [.. new[] { 1f, -2, 3.5f, 4 }.SelectMany(BitConverter.GetBytes)];

    private void Write(byte[] pickle)
    {
        File.Delete(_folder["a.ckpt"]);
        HandmadeZip.Write(_folder["a.ckpt"], wide: false, ("a/data.pkl", pickle, null), ("a/data/0", Numbers, null));
    }

    private static string Beside(string file) => Path.Combine(Golden.Root, "tests", "Tango2.Tests", "Checkpoints", file);
}
