namespace Tango2.Checkpoints;

/// <summary>A pickle that is refused, without the file and the place, which <see cref="PickleMachine"/> adds.</summary>
internal sealed class PickleException(string message) : Exception(message);
