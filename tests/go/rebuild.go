// An unpacked bundle judged with Go's own transparency log (golang.org/x/mod/sumdb), which shares no line with ours.
// It rebuilds the whole tree from the entry bundles: the library's tile reader is not asked (CVE-2026-56865).
package main

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// ECDSA P-256 is C2SP signed-note type 2; the library has Ed25519 only and takes any Verifier.
type verifier struct {
	name string
	hash uint32
	key  *ecdsa.PublicKey
}

func (v verifier) Name() string    { return v.name }
func (v verifier) KeyHash() uint32 { return v.hash }
func (v verifier) Verify(msg, sig []byte) bool {
	sum := sha256.Sum256(msg)
	return ecdsa.VerifyASN1(v.key, sum[:], sig)
}

type hashes []tlog.Hash

func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var out []tlog.Hash
	for _, i := range indexes {
		out = append(out, h[i])
	}
	return out, nil
}

func must(err error) {
	if err != nil {
		fmt.Println("WRONG:", err)
		os.Exit(1)
	}
}

func read(parts ...string) []byte {
	data, err := os.ReadFile(filepath.Join(parts...))
	must(err)
	return data
}

// Every key that the ledger ever had.
func openVkey(dir string) note.Verifiers {
	names, err := filepath.Glob(filepath.Join(dir, "keys", "*.vkey"))
	must(err)
	var known []note.Verifier
	for _, name := range names {
		parts := strings.SplitN(strings.TrimSpace(string(read(name))), "+", 3)
		id, err := strconv.ParseUint(parts[1], 16, 32)
		must(err)
		typed, err := base64.StdEncoding.DecodeString(parts[2])
		must(err)
		if typed[0] == 1 { // Ed25519 is the library's own
			line, err := note.NewVerifier(strings.TrimSpace(string(read(name))))
			must(err)
			known = append(known, line)
			continue
		}
		key, err := x509.ParsePKIXPublicKey(typed[1:])
		must(err)
		known = append(known, verifier{parts[0], uint32(id), key.(*ecdsa.PublicKey)})
	}
	return note.VerifierList(known...)
}

// The name of an entry bundle: 256 entries, the last one perhaps fewer.
func bundleName(n, width int64) string {
	digits := fmt.Sprintf("%03d", n)
	for len(digits)%3 != 0 {
		digits = "0" + digits
	}
	var groups []string
	for i := 0; i < len(digits); i += 3 {
		groups = append(groups, "x"+digits[i:i+3])
	}
	groups[len(groups)-1] = groups[len(groups)-1][1:]
	name := "tile/entries/" + strings.Join(groups, "/")
	if width < 256 {
		name += fmt.Sprintf(".p/%d", width)
	}
	return name
}

func main() {
	dir := os.Args[1]
	signed, err := note.Open(read(dir, "checkpoint"), openVkey(dir))
	must(err)
	lines := strings.Split(signed.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	var stored hashes
	for n := int64(0); n < size; {
		width := size - n
		if width > 256 {
			width = 256
		}
		data := read(dir, bundleName(n/256, width))
		for ; len(data) > 0; n++ {
			length := binary.BigEndian.Uint16(data)
			entry := data[2 : 2+length]
			data = data[2+length:]
			var head struct{ Seq int64 }
			must(json.Unmarshal(entry, &head))
			if head.Seq != n {
				must(fmt.Errorf("entry %d says %d", n, head.Seq))
			}
			more, err := tlog.StoredHashes(n, entry, stored)
			must(err)
			stored = append(stored, more...)
		}
	}
	root, err := tlog.TreeHash(size, stored)
	must(err)
	if base64.StdEncoding.EncodeToString(root[:]) != lines[2] {
		must(fmt.Errorf("the entries are not those that were signed"))
	}
	proofs, err := filepath.Glob(filepath.Join(dir, "proofs", "*.tlog-proof"))
	must(err)
	for _, name := range proofs {
		checkProof(string(read(name)), size, root, stored)
	}
	fmt.Printf("OK %d entries, %d proofs\n", size, len(proofs))
}

func checkProof(text string, size int64, root tlog.Hash, stored hashes) {
	lines := strings.Split(strings.SplitN(text, "\n\n", 2)[0], "\n")
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	must(err)
	var proof tlog.RecordProof
	for _, line := range lines[2:] {
		hash, err := tlog.ParseHash(line)
		must(err)
		proof = append(proof, hash)
	}
	must(tlog.CheckRecord(proof, size, root, index, stored[tlog.StoredHashIndex(0, index)]))
}
