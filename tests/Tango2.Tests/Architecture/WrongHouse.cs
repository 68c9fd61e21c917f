namespace Tango2.Tests.Architecture.WrongHouse.Cellar
{
    /// <summary>Stands on the lowest floor and uses what is above it, only in a body that runs later.</summary>
    internal static class FloodedCellar
    {
        public static IEnumerable<int> Later()
        {
            yield return 0;
            foreach (var n in Enumerable.Range(1, 3).Select(n => n + Attic.QuietAttic.Height())) yield return n;
        }
    }
}

namespace Tango2.Tests.Architecture.WrongHouse.Attic
{
    /// <summary>Uses nobody.</summary>
    internal static class QuietAttic
    {
        public static int Height() => Environment.ProcessorCount;
    }

    /// <summary>Uses the folder beside it.</summary>
    internal static class Neighbour
    {
        public static object Borrow() => new Loft.Ladder();
    }
}

namespace Tango2.Tests.Architecture.WrongHouse.Loft
{
    /// <summary>Uses the lowest floor, as it may.</summary>
    internal sealed class Ladder
    {
        public int Steps => Cellar.FloodedCellar.Later().Count();
    }

    /// <summary>Chooses a device in each of the ways there are.</summary>
    internal static class Chooser
    {
        public static Device Written() => new("cuda:0");

        public static Device Asked() => cuda.is_available() ? device("cuda") : CPU;

        public static Tensor Moved(Tensor tensor) => tensor.cuda();

        public static Tensor Named(Tensor tensor) => tensor.to(DeviceType.CUDA, 0);
    }

    /// <summary>Follows the device of what it is given, and works on the CPU where it must be exact.</summary>
    internal static class Follower
    {
        public static Tensor Beside(Tensor tensor) =>
            ones(1, device: tensor.device) + tensor.cpu().to(tensor.device).sum();
    }
}
