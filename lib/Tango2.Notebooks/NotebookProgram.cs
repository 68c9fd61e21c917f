using System.Diagnostics;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Text;

namespace Tango2.Notebooks;

/// <summary><c>Tango2.Notebooks PATH PIPE [NAME=VALUE …]</c>: what a <see cref="NotebookProcess"/> starts; not for people.</summary>
internal static class NotebookProgram
{
    /// <summary>For the one that started this process to end it, after a signal that both were sent.</summary>
    private static readonly TimeSpan TimeToStop = TimeSpan.FromMinutes(1);

    /// <summary>Runs the cells of the notebook PATH and tells PIPE what they show.</summary>
    /// <returns>0, or 1 when a cell failed.</returns>
    private static async Task<int> Main(string[] args)
    {
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Wait);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Wait);
        var pipe = new NamedPipeClientStream(
            ".", args[1], PipeDirection.InOut, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        pipe.Connect(TimeSpan.FromSeconds(10));
        EndWith(pipe);
        var gate = new Lock();
        void Tell(NotebookEvent told)
        {
            var line = Encoding.UTF8.GetBytes(told.ToLine() + "\n");
            lock (gate) pipe.Write(line);
        }
        var error = await NotebookExecution.Run(
            NotebookFile.Load(args[0]), args[0], NotebookParameters.Parse(args[2..]), Tell);
        using var self = Process.GetCurrentProcess();
        Tell(new(End: new(self.PeakWorkingSet64 / 1048576.0, error?.Message)));
        return error is null ? 0 : 1;
    }

    /// <summary>Ctrl-C reaches both processes: the other one ends this one when it has taken down what was shown.</summary>
    private static void Wait(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _ = Task.Delay(TimeToStop).ContinueWith(_ => Environment.Exit(130), TaskScheduler.Default);
    }

    /// <summary>Ends this process at once when the other end of the pipe is gone; else cells could run for ever.</summary>
    private static void EndWith(NamedPipeClientStream pipe)
    {
        void Read()
        {
            try
            {
                while (pipe.ReadByte() >= 0) { }
            }
            catch (IOException)
            {
                // The other end is gone, as it is where nothing more is read.
            }
            Process.GetCurrentProcess().Kill();
        }
        new Thread(Read) { IsBackground = true }.Start();
    }
}
