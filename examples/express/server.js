// Notes in PostgreSQL. It reads PORT, HOST and DATABASE_URL, and knows of nothing else.
const express = require('express');
const { Pool } = require('pg');

const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 5 });
pool.on('error', (error) => console.error(error.message));

const app = express();
app.set('trust proxy', 'loopback');
app.use(express.json());
app.get('/', async (_request, response) => {
  await pool.query('SELECT 1');
  response.send('ok');
});
app.get('/notes', async (_request, response) => {
  const { rows } = await pool.query('SELECT text, written_by FROM notes ORDER BY id');
  response.json(rows);
});
app.post('/notes', async (request, response) => {
  await pool.query('INSERT INTO notes (text, written_by) VALUES ($1, $2)', [request.body.text, request.ip]);
  response.status(201).json({ secure: request.secure, host: request.host });
});

const server = app.listen(process.env.PORT, process.env.HOST);
process.on('SIGTERM', () => server.close(() => pool.end()));
