"""The PostgreSQL end of LiveConvo, served over HTTP. Stateless: any number of them may run."""
