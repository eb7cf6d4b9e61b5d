// Notes in PostgreSQL. It reads PORT, HOST and DATABASE_URL, and knows of nothing else.
package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	_ "github.com/lib/pq"
)

type note struct {
	Text      string `json:"text"`
	WrittenBy string `json:"written_by"`
}

func migrate(db *sql.DB) error {
	_, err := db.Exec(`CREATE TABLE IF NOT EXISTS notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text NOT NULL);
		ALTER TABLE notes ADD COLUMN IF NOT EXISTS written_by text NOT NULL DEFAULT 'nobody'`)
	return err
}

func list(db *sql.DB) ([]note, error) {
	rows, err := db.Query("SELECT text, written_by FROM notes ORDER BY id")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	notes := []note{}
	for rows.Next() {
		var n note
		if err := rows.Scan(&n.Text, &n.WrittenBy); err != nil {
			return nil, err
		}
		notes = append(notes, n)
	}
	return notes, rows.Err()
}

func answer(w http.ResponseWriter, status int, value any, err error) {
	if err != nil {
		log.Print(err)
		http.Error(w, "try again", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(value)
}

func main() {
	db, err := sql.Open("postgres", os.Getenv("DATABASE_URL"))
	if err != nil {
		log.Fatal(err)
	}
	if len(os.Args) > 1 && os.Args[1] == "migrate" {
		if err := migrate(db); err != nil {
			log.Fatal(err)
		}
		return
	}
	http.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { answer(w, 200, "ok", db.PingContext(r.Context())) })
	http.HandleFunc("GET /notes", func(w http.ResponseWriter, r *http.Request) {
		notes, err := list(db)
		answer(w, 200, notes, err)
	})
	http.HandleFunc("POST /notes", func(w http.ResponseWriter, r *http.Request) {
		var n note
		err := json.NewDecoder(r.Body).Decode(&n)
		if err == nil {
			_, err = db.Exec("INSERT INTO notes (text, written_by) VALUES ($1, $2)", n.Text, r.Header.Get("X-Real-IP"))
		}
		answer(w, 201, map[string]any{"secure": r.Header.Get("X-Forwarded-Proto") == "https", "host": r.Host}, err)
	})
	server := &http.Server{Addr: net.JoinHostPort(os.Getenv("HOST"), os.Getenv("PORT"))}
	stop, _ := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	go func() {
		<-stop.Done()
		server.Shutdown(context.Background())
	}()
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		log.Fatal(err)
	}
}
