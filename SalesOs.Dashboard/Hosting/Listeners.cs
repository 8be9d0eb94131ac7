using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace SalesOs.Dashboard.Hosting;

/// <summary>
/// The sockets that the server listens on. Kestrel stops listening and closes idle connections in one step, which resets whoever has just connected. Here the door is
/// closed first, with nobody in it, and the connections go on.
/// </summary>
internal sealed class Listeners : IDisposable
{
    private const int SocketLevel = 1;
    private const int AttachFilter = 26;

    /// <summary>
    /// A classic BPF program over the TCP header, eight bytes an instruction: the flags' byte, of them SYN and ACK; what is a SYN alone is dropped, all else passes.
    /// </summary>
    private static readonly byte[] DropNew =
    [
        0x30, 0, 0, 0, 13, 0, 0, 0,
        0x54, 0, 0, 0, 0x12, 0, 0, 0,
        0x15, 0, 0, 1, 0x02, 0, 0, 0,
        0x06, 0, 0, 0, 0, 0, 0, 0,
        0x06, 0, 0, 0, 0xff, 0xff, 0xff, 0xff,
    ];

    private readonly ConcurrentQueue<Socket> sockets = new();

    /// <summary>What Kestrel binds by.</summary>
    public Socket Bind(EndPoint endpoint)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        sockets.Enqueue(socket);
        return socket;
    }

    /// <summary>
    /// Lets nobody knock any more, while those who have are still let in: closing a socket resets the connections that wait in it to be accepted. Whoever knocks now
    /// does so again after a second, as TCP has it, and is refused if the socket is closed by then. Where the system has no such filter, nothing happens.
    /// </summary>
    public void HoldNew()
    {
        if (!OperatingSystem.IsLinux() || !Environment.Is64BitProcess)
        {
            return;
        }

        var program = GC.AllocateUninitializedArray<byte>(DropNew.Length, pinned: true);
        DropNew.CopyTo(program, 0);
        var filter = new byte[2 * IntPtr.Size];
        BitConverter.TryWriteBytes(filter, (ushort)(DropNew.Length / 8));
        BitConverter.TryWriteBytes(filter.AsSpan(IntPtr.Size), Marshal.UnsafeAddrOfPinnedArrayElement(program, 0).ToInt64());
        foreach (var socket in sockets.Where(s => s.ProtocolType == ProtocolType.Tcp))
        {
            try
            {
                socket.SetRawSocketOption(SocketLevel, AttachFilter, filter);
            }
            catch (SocketException)
            {
                // A system that forbids it: as if there were none.
            }
        }

        GC.KeepAlive(program);
    }

    /// <summary>Takes no new connection any more; those that are open go on. For Kestrel that is how listening ends in any case.</summary>
    public void Dispose()
    {
        while (sockets.TryDequeue(out var socket))
        {
            socket.Dispose();
        }
    }
}
