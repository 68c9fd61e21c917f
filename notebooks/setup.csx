// What every notebook imports: the published library and its names.
// The folder is made by `dotnet run --project lib/Tango2.Cli -c Release -- notebook run …`, or by hand:
// dotnet publish lib/Tango2.Mini -c Release -r linux-x64 --no-self-contained -o out/publish
#!import published.csx
#r "../out/publish/TorchSharp.dll"
#r "../out/publish/Tango2.dll"
#r "../out/publish/Tango2.Mini.dll"

using System.IO;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;
using Tango2.Alignment;
using Tango2.Audio;
using Tango2.Diffusion;
using Tango2.Display;
using Tango2.Evaluation;
using Tango2.Hub;
using Tango2.Metrics;
using Tango2.Mini;
using Tango2.Mini.Foley;
using Tango2.Mini.Lab;
using Tango2.Mini.Truth;
using Tango2.Models;
using Tango2.Pipelines;
using Tango2.Preferences;
using Tango2.Published;
using Tango2.Studies;
using Tango2.Tensors;
using Tango2.Text;
using Tango2.Training;

NativeRuntime.Load();
