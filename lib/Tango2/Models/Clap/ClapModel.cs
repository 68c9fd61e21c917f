// Keys and numerics of LAION-CLAP's CLAP (clap_module/model.py at 1fd4c37), written from its architecture.
// Left out: audio networks other than HTSAT, text networks other than RoBERTa, kinds of fusion other than aff_2d.
using Tango2.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace Tango2.Models;

/// <summary>CLAP: sounds and captions in one space, where the cosine says how well they fit.</summary>
public sealed class ClapModel : nn.Module
{
    private readonly HtsatModel audio_branch;
    private readonly RobertaModel text_branch;
    private readonly ClapTransform? text_transform, audio_transform;
    private readonly Sequential text_projection, audio_projection;
    private readonly Parameter logit_scale_a, logit_scale_t;

    /// <summary>Builds the network with random weights.</summary>
    /// <exception cref="ArgumentException">The sizes do not fit together; the message says which.</exception>
    public ClapModel(ClapConfig config) : base(nameof(ClapModel))
    {
        config.Validate();
        Config = config;
        audio_branch = new(config.Htsat, config.AudioCfg.MelBins, config.EnableFusion);
        text_branch = new(config.Roberta);
        text_transform = config.Transforms ? new(config) : null;
        text_projection = Projection(config.Roberta.HiddenSize, config);
        audio_transform = config.Transforms ? new(config) : null;
        audio_projection = Projection(config.Htsat.NumFeatures, config);
        logit_scale_a = new(tensor(MathF.Log(1 / 0.07f), device: CPU));
        logit_scale_t = new(tensor(MathF.Log(1 / 0.07f), device: CPU));
        RegisterComponents();
    }

    /// <summary>The sizes it was built with.</summary>
    public ClapConfig Config { get; }

    /// <summary>The factor on cosines in the contrastive loss: exp of the learned logit_scale_a, a scalar.</summary>
    public Tensor LogitScaleA => logit_scale_a.exp();

    /// <summary>The second factor, exp of logit_scale_t; the loss without the transforms does not use it.</summary>
    public Tensor LogitScaleT => logit_scale_t.exp();

    /// <summary>Where its weights are.</summary>
    internal Device Device => logit_scale_t.device;

    internal HtsatModel AudioBranch => audio_branch;

    internal RobertaModel TextBranch => text_branch;

    /// <summary>Embeds sounds: [B, D], each of length one.</summary>
    /// <param name="logMel">[B, 1, T, F], dB, from the front end; fewer frames than the image has are stretched.</param>
    public Tensor AudioEmbedding(Tensor logMel)
    {
        using var scope = NewDisposeScope();
        return AudioEmbeddingOf(FeatureMap(logMel)).MoveToOuterDisposeScope();
    }

    /// <summary>Embeds sounds of which some are longer than the window: [B, D], each of length one.</summary>
    /// <remarks>The reference never hears a batch without a longer one: it draws a clip and takes it for longer. We do not.</remarks>
    /// <param name="melFusion">[B, 4, T, F], dB: the whole clip, shrunk, and its front, middle and back.</param>
    /// <param name="longer">[B], bool; of clips that are not longer only the first of the four counts.</param>
    /// <exception cref="InvalidOperationException">The network was built without fusion.</exception>
    public Tensor AudioEmbedding(Tensor melFusion, Tensor longer)
    {
        if (!Config.EnableFusion)
            throw new InvalidOperationException(
                "This CLAP was built without fusion: set EnableFusion in its configuration, or give it [B, 1, T, F].");
        Shape.Check(melFusion, $"B, 4, T, {Config.AudioCfg.MelBins}").And(longer, "B");
        using var scope = NewDisposeScope();
        return AudioEmbeddingOf(audio_branch.FeatureMap(melFusion, longer)).MoveToOuterDisposeScope();
    }

    /// <summary>The audio network's last features, [B, C, F', T'], which still tell when a sound comes.</summary>
    /// <param name="logMel">[B, 1, T, F], dB, from the front end; fewer frames than the image has are stretched.</param>
    public Tensor FeatureMap(Tensor logMel)
    {
        Shape.Check(logMel, $"B, 1, T, {Config.AudioCfg.MelBins}");
        return audio_branch.FeatureMap(logMel);
    }

    /// <summary>Embeds sounds by the audio network's last features: [B, D], each of length one.</summary>
    /// <param name="featureMap">[B, C, F', T'], from <see cref="FeatureMap"/>.</param>
    public Tensor AudioEmbeddingOf(Tensor featureMap)
    {
        using var scope = NewDisposeScope();
        return normalize(audio_projection.call(HtsatModel.Pool(featureMap)), p: 2, dim: -1).MoveToOuterDisposeScope();
    }

    /// <summary>Embeds captions: [B, D], each of length one.</summary>
    /// <param name="ids">[B, S], int64; padding is the configuration's pad token.</param>
    /// <param name="mask">[B, S], one for tokens and zero for padding.</param>
    public Tensor TextEmbedding(Tensor ids, Tensor mask)
    {
        using var scope = NewDisposeScope();
        return TextEmbeddingOf(TokenStates(ids, mask)).MoveToOuterDisposeScope();
    }

    /// <summary>The text network's states, [B, S, W], one for each token.</summary>
    /// <param name="ids">[B, S], int64; padding is the configuration's pad token.</param>
    /// <param name="mask">[B, S], one for tokens and zero for padding.</param>
    public Tensor TokenStates(Tensor ids, Tensor mask)
    {
        Shape.Check(ids, "B, S").And(mask, "B, S");
        var most = Config.Roberta.MaxPositionEmbeddings - Config.Roberta.PadTokenId - 1;
        if (ids.shape[1] > most)
            throw new ArgumentException($"ids must have at most {most} tokens, but has {ids.shape[1]}: cut the captions.");
        return text_branch.call(ids, mask);
    }

    /// <summary>Embeds captions by the text network's states: [B, D], each of length one.</summary>
    /// <param name="hiddenStates">[B, S, W], from <see cref="TokenStates"/>.</param>
    public Tensor TextEmbeddingOf(Tensor hiddenStates)
    {
        using var scope = NewDisposeScope();
        var pooled = text_branch.Pool(hiddenStates);
        return normalize(text_projection.call(pooled), p: 2, dim: -1).MoveToOuterDisposeScope();
    }

    /// <summary>Holds both logit scales in [0, ln 100], as the reference does after each step of training.</summary>
    public void ClampLogitScales()
    {
        using var quiet = no_grad();
        logit_scale_a.clamp_(0, Math.Log(100));
        logit_scale_t.clamp_(0, Math.Log(100));
    }

    internal static Module<Tensor, Tensor> Activation(ClapConfig config) => config.MlpAct == "gelu" ? GELU() : ReLU();

    private static Sequential Projection(int width, ClapConfig config) => Sequential(
        Linear(width, config.JointEmbedShape), Activation(config), Linear(config.JointEmbedShape, config.JointEmbedShape));
}

/// <summary>Two linear layers that LAION-CLAP's optional second loss uses; embeddings do not pass through them.</summary>
internal sealed class ClapTransform : Module<Tensor, Tensor>
{
    private readonly Sequential sequential;

    public ClapTransform(ClapConfig config) : base(nameof(ClapTransform))
    {
        var width = config.JointEmbedShape;
        sequential = Sequential(
            Linear(width, width), ClapModel.Activation(config), Dropout(0.1), Linear(width, width));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => sequential.call(x);
}
