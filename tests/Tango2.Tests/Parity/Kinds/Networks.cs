using System.Text.Json.Nodes;
using Tango2.Checkpoints;
using Tango2.Models;

namespace Tango2.Tests.Parity;

/// <summary>Networks built from a fixture's configuration, with its weights loaded strictly, ready to evaluate.</summary>
internal static class Networks
{
    public static UNet2DConditionModel UNet(JsonNode config, Dictionary<string, Tensor> weights) =>
        Load(new UNet2DConditionModel(UNet2DConditionConfig.FromJson(config.ToJsonString())), weights);

    public static AutoencoderKL Vae(JsonNode config, Dictionary<string, Tensor> weights) =>
        Load(new AutoencoderKL(AutoencoderKLConfig.FromJson(config.ToJsonString())), weights);

    public static T5EncoderModel T5(JsonNode config, Dictionary<string, Tensor> weights) =>
        LoadForeign(new T5EncoderModel(T5Config.FromJson(config.ToJsonString())), weights);

    public static HiFiGanGenerator HiFiGan(JsonNode config, Dictionary<string, Tensor> weights, bool weightNorm = false) =>
        Load(new HiFiGanGenerator(HiFiGanConfig.FromJson(WithHop(config)) with { WeightNorm = weightNorm }), weights);

    /// <summary>The network that a fixture's weights_from names so.</summary>
    public static nn.Module OfRole(string role, JsonNode config, Dictionary<string, Tensor> weights) => role switch
    {
        "unet" => UNet(config, weights),
        "vae" => Vae(config, weights),
        "t5" => T5(config, weights),
        _ => throw new InvalidDataException($"No network is known to be probed by the name of '{role}'."),
    };

    // The reference's generator does not look at the hop, and a small fixture may keep the published one.
    private static string WithHop(JsonNode config)
    {
        var changed = config.DeepClone();
        changed["hop_size"] = config["upsample_rates"]!.AsArray().Aggregate(1, (product, rate) => product * (int)rate!);
        return changed.ToJsonString();
    }

    /// <summary>Loads what the table of layouts says belongs to the network; front ends' buffers do not.</summary>
    public static T LoadForeign<T>(T module, Dictionary<string, Tensor> weights) where T : nn.Module
    {
        var layout = ForeignLayouts.Recognise(weights.Keys) ?? throw new InvalidDataException(
            $"The weights of a {module.GetName()} are of no layout in {nameof(ForeignLayouts)}.");
        return Load(module, layout.KeysOf(module.GetName(), weights.Keys).ToDictionary(k => k.Key, k => weights[k.Value]));
    }

    public static T Load<T>(T module, Dictionary<string, Tensor> weights) where T : nn.Module
    {
        StateDict.Load(module, weights);
        module.to(Where.Device);
        module.eval();
        return module;
    }
}
