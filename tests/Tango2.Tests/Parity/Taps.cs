using Tango2.Models;

namespace Tango2.Tests.Parity;

/// <summary>Records what sub-modules give, under the names they have in checkpoints.</summary>
internal static class Taps
{
    /// <summary>The outputs of the named sub-modules at the latest call; names that are no module stay out.</summary>
    public static Dictionary<string, Tensor> On(nn.Module root, IEnumerable<string> names)
    {
        var seen = new Dictionary<string, Tensor>();
        var modules = root.named_modules().ToDictionary(m => m.name, m => m.module);
        foreach (var name in names.Where(modules.ContainsKey)) Listen(modules[name], y => seen[name] = y);
        return seen;
    }

    private static void Listen(nn.Module module, Action<Tensor> record)
    {
        // A forward runs in scopes of its own, which must not take the copy with them.
        void Keep(Tensor y) => record(y.detach().clone().DetachFromDisposeScope());
        switch (module)
        {
            case nn.Module<Tensor, Tensor> m:
                m.register_forward_hook((_, _, y) => { Keep(y); return y; });
                break;
            case nn.Module<Tensor, Tensor, Tensor> m:
                m.register_forward_hook((_, _, _, y) => { Keep(y); return y; });
                break;
            case nn.Module<Tensor, Tensor, Tensor, Tensor> m: // an attention, of which the bias may be null
                m.register_forward_hook((_, _, _, _, y) => { Keep(y); return y; });
                break;
            case nn.Module<Tensor, long[], Tensor> m:
                m.register_forward_hook((_, _, _, y) => { Keep(y); return y; });
                break;
            case nn.Module<Tensor, UNetConditioning, Tensor> m:
                m.register_forward_hook((_, _, _, y) => { Keep(y); return y; });
                break;
            case nn.Module<Tensor, UNetConditioning, Tensor[]> m:
                m.register_forward_hook((_, _, _, y) => { Keep(y[^1]); return y; });
                break;
            case nn.Module<Tensor, Stack<Tensor>, UNetConditioning, Tensor> m:
                m.register_forward_hook((_, _, _, _, y) => { Keep(y); return y; });
                break;
            default:
                throw new NotSupportedException($"{module.GetName()} cannot be listened to: its forward is of another form.");
        }
    }
}
