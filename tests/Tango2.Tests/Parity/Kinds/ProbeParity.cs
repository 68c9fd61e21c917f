using System.Text.Json.Nodes;
using Tango2.Models;

namespace Tango2.Tests.Parity;

/// <summary>Single sub-modules on tiny inputs, where the epsilon of a normalisation shows.</summary>
internal static class ProbeParity
{
    public static void Run(ParityFixture f, Comparison c)
    {
        using var gradients = no_grad();
        var roles = f.Config["weights_from"]!.AsObject().ToLookup(w => (string)w.Value!, w => w.Key);
        foreach (var file in f.Config["probes"]!.AsObject().GroupBy(p => (string)p.Value!["weights_file"]!))
        {
            using var scope = NewDisposeScope();
            var role = roles[file.Key].FirstOrDefault()
                ?? throw new InvalidDataException($"{f} probes {file.Key}, of which its weights_from does not tell the network.");
            var (config, weights) = f.Other(file.Key);
            var model = Networks.OfRole(role, config, weights);
            var modules = model.named_modules().ToDictionary(m => m.name, m => m.module);
            foreach (var (name, probe) in file) c.Close(name, Probe(f, model, modules, name, probe!));
        }
    }

    private static Tensor Probe(
        ParityFixture f, nn.Module model, Dictionary<string, nn.Module> modules, string name, JsonNode probe)
    {
        var x = f.Input(name);
        return modules[(string)probe["submodule"]!] switch
        {
            nn.Module<Tensor, UNetConditioning, Tensor> m => m.call(x, new(x, f.Input(name + ".encoder_hidden_states"), null)),
            ResnetBlock2D m => m.call(x, f.Input(name + ".temb")),
            // Only the first block has a table of positions; the others get none here.
            T5Block m => m.call(x, ((T5EncoderModel)model).Blocks[0] == m
                ? m.Attention.PositionBias(x.shape[1]) : zeros([1, 1, x.shape[1], x.shape[1]], device: x.device)),
            nn.Module<Tensor, long[], Tensor> m => m.call(x, [2 * x.shape[2], 2 * x.shape[3]]),
            nn.Module<Tensor, Tensor> m => m.call(x),
            var other => throw new NotSupportedException($"{other.GetName()} cannot be probed: its forward is of another form."),
        };
    }
}
