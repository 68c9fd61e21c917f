"""The reference's networks with random weights, from configurations in the reference's own words."""
import torch

from checkout import module


def unet(config):
    """The denoising network of diffusers."""
    known = {key: value for key, value in config.items() if key != "sinusoidal_positions"}
    return module("diffusers").UNet2DConditionModel.from_config(known)


def vae(config):
    """The spectrogram autoencoder, which holds a vocoder; that is left out of the count and of the steps."""
    layers = dict(config["ddconfig"])
    groups = layers.pop("norm_num_groups", 32)
    modules = module("audioldm.variational_autoencoder.modules")
    modules.Normalize = lambda channels, num_groups=32: torch.nn.GroupNorm(min(groups, channels), channels, eps=1e-6)
    network = module("audioldm.variational_autoencoder.autoencoder").AutoencoderKL(
        ddconfig=layers, embed_dim=config["embed_dim"], scale_factor=config["scale_factor"])
    del network.vocoder
    return network.eval()


def vocoder(config):
    """HiFi-GAN's generator as it generates: without weight norm."""
    hifigan = module("audioldm.hifigan")
    network = hifigan.Generator(hifigan.AttrDict(config))
    network.remove_weight_norm()
    return network.eval()


def text_encoder(config):
    """The encoder of FLAN-T5."""
    transformers = module("transformers")
    known = {key: value for key, value in config.items() if key != "feed_forward_proj"}
    return transformers.T5EncoderModel(transformers.T5Config(feed_forward_proj="gated-gelu", **known)).eval()


def clap(config):
    """CLAP with HTSAT-tiny; RoBERTa is built from its sizes in place of a download."""
    transformers = module("transformers")
    roberta = transformers.RobertaModel(transformers.RobertaConfig(**config["roberta"]))
    transformers.RobertaModel.from_pretrained = classmethod(lambda *_, **__: roberta)
    model = module("reference_clap.model")
    width = config["htsat"]["embed_dim"] << (len(config["htsat"]["depths"]) - 1)
    return model.CLAP(
        width, config["audio_cfg"], config["text_cfg"], joint_embed_shape=config["joint_embed_shape"],
        mlp_act=config["mlp_act"]).eval()


def spectrogram(mel):
    """The log-mel front end."""
    return module("audioldm.audio.stft").TacotronSTFT(
        mel["fft_length"], mel["hop_length"], mel["window_length"], mel["mel_bins"], mel["sample_rate"],
        mel["min_frequency"], mel["max_frequency"]).eval()


def schedule():
    """The noise schedule of Stable Diffusion 2.1."""
    return module("diffusers").DDPMScheduler(
        num_train_timesteps=1000, beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear",
        prediction_type="v_prediction", clip_sample=False, steps_offset=1)


def count(*networks):
    """How many parameters the networks have, to be compared with ours; the windows and filters of a mel are none."""
    return sum(p.numel() for network in networks for name, p in network.named_parameters() if "_extractor." not in name)
