// Uploads the chosen picture at once; the form then sends along where it is.
const LIMIT = 5 * 1024 * 1024;

async function upload(input) {
  const form = input.form;
  const message = form.querySelector('.message');
  const button = form.querySelector('button');
  const [file] = input.files;
  form.elements.photo.value = '';
  message.textContent = '';
  if (!file) return;
  if (file.size > LIMIT) {
    message.textContent = 'That picture is larger than 5 MB.';
    return;
  }
  button.disabled = true;
  message.textContent = 'Uploading …';
  try {
    const response = await fetch('/uploads', { method: 'POST', headers: { 'content-type': file.type }, body: file });
    if (!response.ok) throw new Error(await response.text());
    form.elements.photo.value = (await response.json()).url;
    const preview = new Image(48, 48);
    preview.className = 'portrait';
    preview.src = form.elements.photo.value;
    preview.alt = 'Your picture';
    message.replaceChildren(preview);
  } catch (error) {
    message.textContent = error instanceof TypeError ? 'The picture could not be sent.' : error.message;
  } finally {
    button.disabled = false;
  }
}

document.querySelectorAll('[data-upload]').forEach((input) => {
  input.closest('.needs-script').classList.remove('needs-script');
  input.addEventListener('change', () => upload(input));
});

// Keeps a page that shows the present moment up to date while somebody looks at it.
async function refresh(shown) {
  if (document.hidden) return;
  const response = await fetch(location.href).catch(() => undefined);
  if (!response?.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  const fresh = page.querySelector('[data-refresh]');
  if (fresh) shown.replaceChildren(...fresh.childNodes);
}

document.querySelectorAll('[data-refresh]').forEach((shown) => {
  setInterval(() => refresh(shown), Number(shown.dataset.refresh) * 1000);
});
