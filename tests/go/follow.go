// The Ed25519 line of a bundle's checkpoint, opened with Go's own note reader and nothing else, by who knows any key that
// it ever had: each key signed a note that names the next.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

func must(err error) {
	if err != nil {
		fmt.Println("WRONG:", err)
		os.Exit(1)
	}
}

func open(text, vkey string) *note.Note {
	verifier, err := note.NewVerifier(vkey)
	must(err)
	opened, err := note.Open([]byte(text), note.VerifierList(verifier))
	must(err)
	return opened
}

func main() {
	dir, key := os.Args[1], os.Args[2]
	events, err := os.ReadFile(filepath.Join(dir, "events.jsonl"))
	must(err)
	for _, line := range strings.Split(string(events), "\n") {
		var entry struct{ Kind, Purpose, Proof, Vkey string }
		if line == "" {
			continue
		}
		must(json.Unmarshal([]byte(line), &entry))
		if entry.Kind != "key.rotated" || entry.Purpose != "ledger-ed25519" {
			continue
		}
		said := strings.Split(open(entry.Proof, key).Text, "\n")
		if len(said) != 5 || said[1] != "key.rotated ledger-ed25519" || said[3] != entry.Vkey {
			must(fmt.Errorf("a proof of another key"))
		}
		key = entry.Vkey
	}
	checkpoint, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	must(err)
	origin := strings.SplitN(open(string(checkpoint), key).Text, "\n", 2)[0]
	if !strings.HasPrefix(key, origin+"+") {
		must(fmt.Errorf("another ledger"))
	}
	fmt.Println("OK", key)
}
