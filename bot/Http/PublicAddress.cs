using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace ChatApprovals.Http;

/// <summary>Whom an address of the Internet Protocol belongs to.</summary>
public enum AddressKind
{
    /// <summary>A host of the public internet.</summary>
    Public,

    /// <summary>This machine or a private network: only where an administrator says so.</summary>
    Private,

    /// <summary>Nobody's who may be called: link-local and with it clouds' metadata, embedded, reserved.</summary>
    Never,
}

/// <summary>
/// Tells public addresses from all others (threats T60), by the IANA special-purpose registries
/// (RFC 6890). Pure. IPv6 is refused unless it is global unicast and not one of the ranges that carry an
/// IPv4 address inside (mapped, NAT64, 6to4, Teredo, ISATAP), whatever that address is.
/// </summary>
public static class PublicAddress
{
    private static readonly ImmutableArray<IPNetwork> s_private =
    [
        .. Networks(
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "::1/128",
            "fc00::/7"
        ),
    ];

    /// <summary>Clouds' metadata outside link-local: Alibaba, Azure, AWS and Google by IPv6.</summary>
    private static readonly ImmutableArray<IPNetwork> s_metadata =
    [
        .. Networks(
            "100.100.100.200/32",
            "168.63.129.16/32",
            "fd00:ec2::254/128",
            "fd20:ce::254/128"
        ),
    ];

    private static readonly ImmutableArray<IPNetwork> s_reserved =
    [
        .. Networks(
            "0.0.0.0/8",
            "169.254.0.0/16",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.175.48.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
            "2001::/23",
            "2001:db8::/32",
            "2002::/16",
            "2620:4f:8000::/48",
            "3fff::/20"
        ),
    ];

    private static readonly IPNetwork s_globalUnicast = IPNetwork.Parse("2000::/3");

    public static AddressKind KindOf(IPAddress address) =>
        // First: the library's networks may look at the IPv4 address inside.
        address.IsIPv4MappedToIPv6 || IsIn(s_metadata, address)
            ? AddressKind.Never
        : IsIn(s_private, address) ? AddressKind.Private
        : IsIn(s_reserved, address) || IsOddIPv6(address) ? AddressKind.Never
        : AddressKind.Public;

    /// <summary>Whether a connection may go there.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="mayBePrivate">Whether an administrator said <c>private</c>.</param>
    public static bool IsAllowed(IPAddress address, bool mayBePrivate) =>
        KindOf(address) switch
        {
            AddressKind.Public => true,
            AddressKind.Private => mayBePrivate,
            _ => false,
        };

    private static bool IsOddIPv6(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return false;
        }

        // RFC 5214, 6.1: 0000:5efe or 0200:5efe, then an IPv4 address.
        var bytes = address.GetAddressBytes();
        var isatap = bytes.AsSpan(8, 4) is [0 or 2, 0, 0x5E, 0xFE];
        return isatap || address.ScopeId != 0 || !s_globalUnicast.Contains(address);
    }

    private static bool IsIn(ImmutableArray<IPNetwork> networks, IPAddress address) =>
        networks.Any(n => n.Contains(address));

    private static IEnumerable<IPNetwork> Networks(params string[] texts) =>
        texts.Select(IPNetwork.Parse);
}
