using Tango2.Models;

namespace Tango2.Tests.Parity;

/// <summary>The U-Net: its predictions with every mask and size that is stored, its stages and its gradients.</summary>
internal static class UNetParity
{
    private const string Sample = "sample", Mid = "mid.", Gradient = "grad.", InputGradient = "grad_input.";

    public static void Run(ParityFixture f, Comparison c)
    {
        var model = Networks.UNet(f.Config, f.Weights());
        using (no_grad())
        {
            foreach (var name in f.Outputs.Where(o => o.EndsWith("." + Sample, StringComparison.Ordinal)))
                if (!name.StartsWith(InputGradient, StringComparison.Ordinal)) c.Close(name, Predict(model, f, name));
        }
        StagesAndGradients(model, f, c);
    }

    /// <summary>"odd.sample" has inputs of its own, "no_mask.sample" and others change the plain ones.</summary>
    private static Tensor Predict(UNet2DConditionModel model, ParityFixture f, string output)
    {
        using var scope = NewDisposeScope();
        var variant = output[..^Sample.Length];
        var batch = (int)f.Output(output).shape[0];
        var timesteps = Of("timesteps")!;
        if (variant == "scalar_timestep." && timesteps.dim() > 0) timesteps = timesteps[0];
        var mask = variant == "no_mask." ? null : Of("encoder_attention_mask");
        if (variant == "all_masked.") mask = zeros_like(mask!);
        return model.call(Of(Sample)!, timesteps, Of("encoder_hidden_states")!, mask).MoveToOuterDisposeScope();

        Tensor? Of(string name)
        {
            var tensor = f.InputOrNull(variant + name) ?? f.InputOrNull(name);
            return tensor is null || tensor.dim() == 0 ? tensor : tensor[..batch];
        }
    }

    private static void StagesAndGradients(UNet2DConditionModel model, ParityFixture f, Comparison c)
    {
        var stages = f.Outputs.Where(o => o.StartsWith(Mid, StringComparison.Ordinal)).Select(o => o[Mid.Length..]).ToArray();
        var seen = Taps.On(model, stages);
        var sample = f.Input(Sample).clone().requires_grad_();
        var text = f.Input("encoder_hidden_states").clone().requires_grad_();
        var prediction = model.call(sample, f.Input("timesteps"), text, f.InputOrNull("encoder_attention_mask"));
        c.Maybe(Sample, () => prediction);
        foreach (var (stage, output) in seen) c.Close(Mid + stage, output);
        var config = model.Config;
        c.Maybe(Mid + "time_proj", () => TimestepEmbedding.Code(
            f.Input("timesteps"), config.BlockOutChannels[0], config.FlipSinToCos, config.FreqShift));

        if (f.InputOrNull("grad_output") is not { } direction) return;
        var loss = (prediction * direction).sum();
        loss.backward();
        c.Maybe("loss", () => loss);
        c.Maybe(InputGradient + Sample, () => sample.grad!);
        c.Maybe(InputGradient + "encoder_hidden_states", () => text.grad!);
        Gradients(model, f, c, Gradient);
    }

    /// <summary>Compares the stored gradients of parameters after a backward pass.</summary>
    public static void Gradients(nn.Module model, ParityFixture f, Comparison c, string prefix)
    {
        var parameters = model.named_parameters().ToDictionary(p => prefix + p.name, p => p.parameter);
        foreach (var name in f.Outputs.Where(parameters.ContainsKey)) c.Close(name, parameters[name].grad!);
    }
}
